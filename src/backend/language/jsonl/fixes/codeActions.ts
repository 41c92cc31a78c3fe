import { CodeActionKind, type CodeAction, type CodeActionParams, type Diagnostic, type TextEdit } from 'vscode-languageserver/node';
import { z } from 'zod';
import { issueCodes } from '../../../datasets/formats/issues.ts';
import type { FoundIssue } from '../assemble.ts';
import type { DatasetCheck } from '../datasetCheck.ts';
import type { LineChecker } from '../lineChecker.ts';
import { lineEdits } from './lineEdits.ts';
import { fixers, fixesOf, fixLine } from './lineFixes.ts';

export const fixAllKind = `${CodeActionKind.SourceFixAll}.trainingCamp`;
export const codeActionKinds = [CodeActionKind.QuickFix, fixAllKind];

/** What an action of many rows carries until it is chosen: its edit is made then. Null stands for every safe problem. */
export const actionDataSchema = z.object({ uri: z.string(), code: z.string().nullable() });

/** No more lines than a person can select with a purpose. */
const mostLines = 100;

/** The actions at a place: for each problem there, for all of its kind, and for all that is safe. */
export function codeActions(check: DatasetCheck, { range, context }: Pick<CodeActionParams, 'range' | 'context'>): CodeAction[] {
  const { checker } = check;
  if (checker === undefined) return [];
  const { uri } = check.document;
  const actions: CodeAction[] = [];
  if (isAsked(context.only, CodeActionKind.QuickFix)) {
    const here = problemsAt(check, checker, range.start.line, Math.min(range.end.line, range.start.line + mostLines));
    for (const problem of here) actions.push(...quickFixes(check, checker, problem, context.diagnostics));
    for (const code of new Set(here.map(({ issue }) => issue.code))) {
      const count = check.found.filter(({ issue }) => issue.code === code).length;
      if (count > 1 && canBeFixed(code)) actions.push({ title: `Fix all ${String(count)} problems of this kind (${code})`, kind: CodeActionKind.QuickFix, diagnostics: context.diagnostics.filter((one) => one.code === code), data: { uri, code } });
    }
    if (here.length > 0 && check.found.some(({ issue }) => isSafe(issue.code))) actions.push({ title: 'Fix all safe problems of this file', kind: CodeActionKind.QuickFix, data: { uri, code: null } });
  }
  if (isAsked(context.only, fixAllKind)) actions.push({ title: 'Fix all safe problems of this dataset', kind: fixAllKind, data: { uri, code: null } });
  return actions;
}

/** The edits of an action that concerns the whole file. */
export function editsOfAll(check: DatasetCheck, code: string | null): TextEdit[] {
  check.finish();
  const { checker, document } = check;
  if (checker === undefined) return [];
  const isWanted = code === null ? isSafe : (other: string) => other === code;
  const changed = new Map<number, string | null>();
  for (const { line, issue } of check.found) {
    if (!isWanted(issue.code) || changed.has(line)) continue;
    const before = document.lines[line] ?? '';
    const after = issue.code === 'row_duplicate' ? null : fixLine(before, checker, isWanted);
    if (after !== before) changed.set(line, after);
  }
  return lineEdits(document.lines, changed);
}

/** Problems of lines as they are now, duplicates among them as of the last whole check. */
function problemsAt(check: DatasetCheck, checker: LineChecker, from: number, to: number): FoundIssue[] {
  const problems: FoundIssue[] = [];
  for (let line = from; line <= Math.min(to, check.document.lines.length - 1); line += 1) {
    for (const { issue } of checker.check(check.document.lines[line] ?? '').issues) problems.push({ line, issue, otherLine: null });
  }
  return [...problems, ...check.found.filter(({ line, issue }) => issue.code === 'row_duplicate' && line >= from && line <= to)];
}

function quickFixes(check: DatasetCheck, checker: LineChecker, { line, issue }: FoundIssue, diagnostics: readonly Diagnostic[]): CodeAction[] {
  const { document } = check;
  const about = diagnostics.filter((one) => one.code === issue.code && one.range.start.line === line);
  return fixesOf(document.lines[line] ?? '', issue, checker).map((fix, index) => ({
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: about,
    isPreferred: index === 0 && isSafe(issue.code),
    edit: { changes: { [document.uri]: lineEdits(document.lines, new Map([[line, fix.line]])) } },
  }));
}

function isAsked(only: readonly string[] | undefined, kind: string): boolean {
  // The editor asks for source actions by name: without a name it wants what belongs in its menu of fixes.
  if (only === undefined) return kind === CodeActionKind.QuickFix;
  return only.some((asked) => kind === asked || kind.startsWith(`${asked}.`));
}

function isSafe(code: string): boolean {
  return fixers[code]?.isSafe === true;
}

function canBeFixed(code: string): boolean {
  return fixers[code] !== undefined || severityOf.get(code) === 'error';
}

const severityOf = new Map<string, string>(Object.entries(issueCodes).map(([code, { severity }]) => [code, severity]));
