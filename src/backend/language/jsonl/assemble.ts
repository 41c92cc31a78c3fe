import { SaidOnce } from '../../datasets/formats/context.ts';
import { DuplicateTable } from '../../datasets/import/duplicateTable.ts';
import { normalRow } from '../../datasets/import/normalRow.ts';
import { duplicateOf } from './editorIssues.ts';
import type { CheckIssue, LineChecker } from './lineChecker.ts';
import type { LineDocument } from './lineDocument.ts';

/** A problem in its line (from 0), and the line that it is about, where that is another. */
export interface FoundIssue {
  line: number;
  issue: CheckIssue;
  otherLine: number | null;
}

/**
 * Puts the results of single lines together: facts about the file are told once, and rows that say the same as an earlier
 * one are named. Yields now and then, so that it can be done in slices; lines without a result are left out.
 */
export function* assemble(document: LineDocument, checker: LineChecker): Generator<void, FoundIssue[]> {
  const found: FoundIssue[] = [];
  const said = new SaidOnce();
  const table = new DuplicateTable();
  const { lines, results } = document;
  for (let line = 0; line < results.length; line += 1) {
    if (line % 2048 === 2047) yield;
    const result = results[line];
    if (result === undefined) continue;
    for (const { issue, once } of result.issues) {
      if (once === null || said.isNew(once.code, once.subject)) found.push({ line, issue, otherLine: null });
    }
    if (result.hash === null) continue;
    const { low, high } = result.hash;
    const first = table.find(low, high, (earlier) => isSameRow(checker, lines[earlier] ?? '', lines[line] ?? ''));
    if (first < 0) table.add(low, high, line);
    else found.push({ line, issue: duplicateOf(first), otherLine: first });
  }
  return found;
}

function isSameRow(checker: LineChecker, earlier: string, later: string): boolean {
  if (earlier === later) return true;
  const [left, right] = [checker.row(earlier), checker.row(later)];
  return left !== null && right !== null && normalRow(left) === normalRow(right);
}
