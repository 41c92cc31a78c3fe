import type { Json } from '../../../protocol/json.ts';
import type { RowIssue } from '../formats/issues.ts';
import type { IssueLog } from '../import/issueLog.ts';

/**
 * Where readers put records. Lines are physical and count from 1. A reader calls `settle` after each chunk of input
 * and stops when `isDone`.
 */
export interface RecordSink {
  readonly isDone: boolean;
  readonly issues: IssueLog;
  /** A record as JSON text, bytes `start` to `end` of `source`; `column` is where it starts in its line. */
  json(source: Buffer, start: number, end: number, line: number, column?: number): void;
  /** A record that was never JSON text. */
  value(value: Json, line: number): void;
  /** A record that cannot be read. */
  broken(line: number, issue: RowIssue): void;
  settle(): Promise<void>;
}
