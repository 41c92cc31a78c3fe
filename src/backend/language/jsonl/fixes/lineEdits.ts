import type { TextEdit } from 'vscode-languageserver/node';

/** Lines of a file with what becomes of them; null: the line goes. */
export type ChangedLines = ReadonlyMap<number, string | null>;

/** The edits that make those changes and no other: each is as small as it can be, and no two overlap. */
export function lineEdits(lines: readonly string[], changed: ChangedLines): TextEdit[] {
  const edits: TextEdit[] = [];
  const numbers = [...changed.keys()].sort((left, right) => left - right);
  for (let index = 0; index < numbers.length; index += 1) {
    const line = numbers[index] ?? 0;
    const next = changed.get(line) ?? null;
    if (next !== null) {
      edits.push(lineEdit(line, lines[line] ?? '', next));
      continue;
    }
    let last = line;
    while (changed.get(last + 1) === null) {
      last += 1;
      index += 1;
    }
    edits.push(linesRemoval(lines, line, last));
  }
  return edits;
}

function lineEdit(line: number, before: string, after: string): TextEdit {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let behind = 0;
  while (behind < most - start && before.charCodeAt(before.length - 1 - behind) === after.charCodeAt(after.length - 1 - behind)) behind += 1;
  return {
    range: { start: { line, character: start }, end: { line, character: before.length - behind } },
    newText: after.slice(start, after.length - behind),
  };
}

/** With the line ends behind them, or before them where they are the last. */
function linesRemoval(lines: readonly string[], first: number, last: number): TextEdit {
  const isEnd = last + 1 >= lines.length;
  const start = isEnd && first > 0 ? { line: first - 1, character: (lines[first - 1] ?? '').length } : { line: first, character: 0 };
  const end = isEnd ? { line: last, character: (lines[last] ?? '').length } : { line: last + 1, character: 0 };
  return { range: { start, end }, newText: '' };
}
