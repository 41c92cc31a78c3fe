import type { DatasetIssue, Severity } from '../../../protocol/datasets.ts';
import type { RowIssue } from '../formats/issues.ts';
import { fileIssueCodes, type FileIssueCode } from './fileIssues.ts';

/** Collects problems: every one is counted, the first `maxIssues` are kept. */
export class IssueLog {
  readonly issues: DatasetIssue[] = [];
  readonly counts = new Map<string, number>();
  readonly bySeverity: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
  readonly #maxIssues: number;

  constructor(maxIssues: number) {
    this.#maxIssues = maxIssues;
  }

  add(issue: DatasetIssue): void {
    this.counts.set(issue.code, (this.counts.get(issue.code) ?? 0) + 1);
    this.bySeverity[issue.severity]++;
    if (this.issues.length < this.#maxIssues) this.issues.push(issue);
  }

  row(file: string, line: number, issue: RowIssue): void {
    this.add({ file, line, column: issue.column, path: issue.path, severity: issue.severity, code: issue.code, message: issue.message, fix: issue.fix });
  }

  /** A problem of a file; severity and fix come from the table. `fix` is given where the case allows a better one. */
  file(file: string, code: FileIssueCode, message: string, at: { line?: number; column?: number; fix?: string | undefined } = {}): void {
    const { severity, fix } = fileIssueCodes[code];
    this.add({ file, line: at.line ?? null, column: at.column ?? null, path: null, severity, code, message, fix: at.fix ?? fix });
  }

  countsObject(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
