import { isControl, isInvisible } from '../../../datasets/formats/textChecks.ts';
import type { CheckIssue, LineChecker, LineResult } from '../lineChecker.ts';
import { withoutCharacters } from './characters.ts';
import { repairJson } from './repairJson.ts';
import { mergeWithFirstSystem, mergeWithPrevious, moveToFront, removeTurn, roleAt, setRole, setWeightZero } from './turns.ts';
import { argumentsAsObject, knownRoles, nearestRole, numberAsText, removeEarlierKey, withoutSecrets } from './values.ts';

/** What can be done about a problem of a line. A null line goes. */
export interface LineFix {
  title: string;
  line: string | null;
}

interface Fixer {
  /** Nothing of what the row says is lost or changed: it may be done without a look at each. */
  isSafe: boolean;
  fix: (line: string, issue: CheckIssue) => LineFix[];
}

/** A fix for each code that has one; every error can be got rid of by removing its row as well. */
export const fixers: Readonly<Record<string, Fixer>> = {
  json_trailing_comma: repair('Remove the comma before the bracket'),
  json_python_literal: repair('Write Python’s literals as JSON'),
  json_single_quotes: repair('Write the row in double quotes'),
  json_not_finite: repair('Write null'),
  json_control_character: repair('Write control characters as escapes'),
  json_syntax: repair('Write the row as JSON'),
  json_truncated: removeRow(false),
  json_extra_text: removeRow(false),
  json_duplicate_key: one(true, 'Remove the earlier of the two keys', (line, { path }) => removeEarlierKey(line, path)),
  json_number_precision: one(true, 'Write the number as a text', (line, { column }) => numberAsText(line, column)),
  byte_order_mark: one(true, 'Remove the byte order mark', (line) => line.replace('\ufeff', '')),
  text_invisible: one(true, 'Remove the invisible characters', withoutInvisible),
  text_control: one(true, 'Remove the control characters', (line) => withoutCharacters(line, isControl)),
  text_secret: one(false, 'Replace the secrets of this text by placeholders', (line, { column }) => withoutSecrets(line, column)),
  role_unknown: { isSafe: false, fix: roles },
  roles_consecutive: one(false, 'Merge this turn with the one before', (line, { path }) => mergeWithPrevious(line, path)),
  system_not_first: one(false, 'Move the system turn to the front', (line, { path }) => moveToFront(line, path)),
  system_repeated: one(false, 'Merge this turn into the first system turn', (line, { path }) => mergeWithFirstSystem(line, path)),
  last_not_assistant: one(false, 'Remove the last turn', (line, { path }) => removeTurn(line, path)),
  answer_empty: one(false, 'Give the turn weight 0', (line, { path }) => setWeightZero(line, path)),
  tool_arguments_invalid: one(true, 'Write the arguments as an object', (line, { path }) => argumentsAsObject(line, path)),
  row_empty: removeRow(true),
  row_duplicate: removeRow(true),
  pair_equal: removeRow(true),
};

/** The fixes of a problem that were tried and do help: the problem goes, and no error comes. */
export function fixesOf(line: string, issue: CheckIssue, checker: LineChecker): LineFix[] {
  const before = checker.check(line);
  const fixes = fixers[issue.code]?.fix(line, issue).filter((fix) => fix.line === null || (fix.line !== line && helps(issue.code, before, checker.check(fix.line)))) ?? [];
  const canGo = issue.severity === 'error' && !fixes.some((fix) => fix.line === null);
  return canGo ? [...fixes, { title: 'Remove this row', line: null }] : fixes;
}

/** Applies fixes of the wanted codes to a line until none is left that helps; null: the row goes. */
export function fixLine(line: string, checker: LineChecker, isWanted: (code: string) => boolean): string | null {
  let current = line;
  for (let round = 0; round < mostRounds; round += 1) {
    const next = firstFix(current, checker, isWanted);
    if (next === undefined) break;
    if (next === null) return null;
    current = next;
  }
  return current;
}

/** A problem with several ways out waits for a person. One without any of its own loses its row. */
function firstFix(line: string, checker: LineChecker, isWanted: (code: string) => boolean): string | null | undefined {
  for (const { issue } of checker.check(line).issues) {
    if (!isWanted(issue.code)) continue;
    const fixes = fixesOf(line, issue, checker);
    const own = fixers[issue.code] === undefined ? fixes : fixes.filter((fix) => fix.line !== null || fixers[issue.code]?.fix(line, issue)[0]?.line === null);
    if (own.length === 1) return own[0]?.line;
  }
  return undefined;
}

function helps(code: string, before: LineResult, after: LineResult): boolean {
  const counts = (result: LineResult, wanted: string) => result.issues.filter(({ issue }) => issue.code === wanted).length;
  if (counts(after, code) >= counts(before, code)) return false;
  // A line that was no JSON had its other problems unseen.
  if (code.startsWith('json_') && before.hash === null) return !after.issues.some(({ issue }) => issue.severity === 'error' && issue.code.startsWith('json_'));
  return after.issues.every(({ issue }) => issue.severity !== 'error' || counts(after, issue.code) <= counts(before, issue.code));
}

function one(isSafe: boolean, title: string, change: (line: string, issue: CheckIssue) => string | null): Fixer {
  return {
    isSafe,
    fix: (line, issue) => {
      const changed = change(line, issue);
      return changed === null ? [] : [{ title, line: changed }];
    },
  };
}

/** Flags of some countries are a flag and tags behind it: their line keeps its tags. */
function withoutInvisible(line: string): string {
  const hasFlag = /\u{1f3f4}|\\ud83c\\udff4/iu.test(line);
  return withoutCharacters(line, (character) => isInvisible(character) && !(hasFlag && (character.codePointAt(0) ?? 0) >= 0xe0000));
}

function repair(title: string): Fixer {
  return one(true, title, (line) => repairJson(line));
}

function removeRow(isSafe: boolean): Fixer {
  return { isSafe, fix: () => [{ title: 'Remove this row', line: null }] };
}

function roles(line: string, { path }: CheckIssue): LineFix[] {
  const near = nearestRole(roleAt(line, path) ?? '');
  const offered = near === null ? knownRoles.slice(0, 3) : [near];
  return offered.flatMap((role) => {
    const changed = setRole(line, path, role);
    return changed === null ? [] : [{ title: `Write the role as “${role}”`, line: changed }];
  });
}

const mostRounds = 20;
