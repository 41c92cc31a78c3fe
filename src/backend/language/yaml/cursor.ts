import type { Path } from './yamlText.ts';

/** What is being typed at a place of a file that may be half-written: a key of a mapping, or a value. */
export interface Cursor {
  on: 'key' | 'value';
  /** Of the mapping for a key; of the value for a value. */
  path: Path;
  /** What stands there before the cursor, and where it begins in the line. */
  typed: string;
  start: number;
}

/**
 * Reads the place from the indentation, since a text that is being written rarely parses. Flow mappings on one line
 * (`lora: { rank: 8, … }`) count as well. Null within comments and texts of several lines.
 */
export function cursorAt(lines: readonly string[], line: number, character: number): Cursor | null {
  const before = (lines[line] ?? '').slice(0, character);
  if (/^\s*#|\s#/.test(before)) return null;
  const [, indent = '', rest = ''] = /^(\s*(?:- )*)(.*)$/.exec(before) ?? [];
  const parents = pathOf(lines, line, indent.length, indent.includes('-'));
  const flow = /^([\w.$-]+):\s*\{(.*)$/.exec(rest);
  if (flow !== null) return inFlow([...parents, flow[1] ?? ''], flow[2] ?? '', before.length);
  const value = /^([\w.$-]+):\s+(?:\[(?:.*,)?\s*)?(["']?)([^\s,[\]{}"']*)$/.exec(rest);
  if (value !== null) return { on: 'value', path: [...parents, value[1] ?? ''], typed: value[3] ?? '', start: before.length - (value[3] ?? '').length };
  if (!/^[\w.$-]*$/.test(rest)) return null;
  // Behind a dash stands an entry of a list, or the first key of one.
  const isEntry = indent.trimEnd().endsWith('-');
  return isEntry && typeof parents.at(-1) === 'number' && !hasKeysBelow(lines, line, indent.length)
    ? { on: 'value', path: parents, typed: rest, start: before.length - rest.length }
    : { on: 'key', path: parents, typed: rest, start: before.length - rest.length };
}

function inFlow(path: Path, inside: string, end: number): Cursor | null {
  const last = inside.slice(inside.lastIndexOf(',') + 1).trimStart();
  const value = /^([\w.$-]+):\s+([^\s]*)$/.exec(last);
  if (value !== null) return { on: 'value', path: [...path, value[1] ?? ''], typed: value[2] ?? '', start: end - (value[2] ?? '').length };
  return /^[\w.$-]*$/.test(last) && !inside.includes('}') ? { on: 'key', path, typed: last, start: end - last.length } : null;
}

/** The keys above that a place is indented under. A place behind a dash is in an entry of the list. */
function pathOf(lines: readonly string[], line: number, indent: number, isInEntry: boolean): Path {
  const path: Path = isInEntry ? [0] : [];
  let least = isInEntry ? (/^\s*/.exec(lines[line] ?? '')?.[0].length ?? 0) + 1 : indent;
  for (let above = line - 1; above >= 0 && least > 0; above -= 1) {
    const [, spaces = '', dash = '', key] = /^(\s*)((?:- )*)([\w.$-]+):/.exec(lines[above] ?? '') ?? [];
    if (key === undefined) continue;
    const column = spaces.length + dash.length;
    if (dash !== '' && column === least && spaces.length < least) {
      // The first key of the entry that this place belongs to.
      path.unshift(0);
      least = spaces.length + 1;
    } else if (column < least) {
      path.unshift(key);
      least = dash === '' ? column : spaces.length + 1;
      if (dash !== '') path.unshift(0);
      // A list may stand as far left as its key.
      if (dash === '' && column === 0) break;
    }
  }
  return path;
}

function hasKeysBelow(lines: readonly string[], line: number, indent: number): boolean {
  const next = lines[line + 1] ?? '';
  return /^\s*[\w.$-]+:/.test(next) && next.length - next.trimStart().length === indent;
}
