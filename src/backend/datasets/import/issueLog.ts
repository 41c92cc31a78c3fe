import type { DatasetIssue, Severity } from '../../../protocol/datasets.ts';
import type { RowIssue } from '../formats/issues.ts';

/** Problems of files and of what readers meet; those of rows are in formats/issues.ts. */
export type FileIssueCode =
  | 'file_empty' | 'file_binary' | 'file_unreadable' | 'file_skipped' | 'git_lfs_pointer' | 'apple_double'
  | 'encoding_fallback' | 'encoding_utf16' | 'invalid_utf8' | 'csv_quote' | 'csv_columns' | 'csv_short' | 'csv_header' | 'csv_delimiter'
  | 'json_rest' | 'json_wrapped' | 'json_incomplete' | 'gzip_damaged' | 'parquet_damaged' | 'text_paragraphs' | 'row_too_deep' | 'format_other' | 'file_ambiguous'
  | 'splits_declared' | 'same_content';

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

  file(file: string, severity: Severity, code: FileIssueCode, message: string, at: { line?: number; column?: number; fix?: string } = {}): void {
    this.add({ file, line: at.line ?? null, column: at.column ?? null, path: null, severity, code, message, fix: at.fix ?? null });
  }

  countsObject(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
