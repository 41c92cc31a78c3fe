import type { Severity } from '../../../protocol/datasets.ts';
import type { CheckIssue } from './lineChecker.ts';

interface EditorCodeEntry {
  severity: Severity | 'hint';
  sentence: string;
  fix: string | null;
}

/**
 * What only the editor says. `training prepare` counts duplicates and leaves them out; the editor names their lines. The
 * others say why a file is not checked.
 */
export const editorIssueCodes = {
  row_duplicate: { severity: 'info', sentence: 'The row says the same as an earlier one; `training prepare` keeps the first of them.', fix: 'Remove the row.' },
  file_large: { severity: 'hint', sentence: 'The file is too large to be checked while you type.', fix: 'Check it with training prepare --plan.' },
  file_one_document: { severity: 'hint', sentence: 'The file is one JSON document over several lines and not JSON Lines.', fix: 'Check it with training prepare --plan, or write one object per line.' },
  issues_left_out: { severity: 'info', sentence: 'The file has more problems than an editor can show.', fix: 'Correct some of those that are shown, or list all with training prepare --plan --json.' },
} as const satisfies Record<string, EditorCodeEntry>;

export function duplicateOf(line: number): CheckIssue {
  const { severity, fix } = editorIssueCodes.row_duplicate;
  return { code: 'row_duplicate', severity, column: null, path: '$', message: `This row says the same as that of line ${String(line + 1)}.`, fix };
}
