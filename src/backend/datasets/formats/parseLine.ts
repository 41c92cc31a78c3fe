import type { Json } from '../../../protocol/json.ts';
import { rowIssue, type Report } from './issues.ts';

/** Parses one JSON text. Undefined means that it was refused and an error reported. */
export function parseLine(text: string, report: Report): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    report(rowIssue('json_syntax', 'This line is not valid JSON.'));
    return undefined;
  }
}
