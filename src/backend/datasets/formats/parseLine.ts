import type { Json } from '../../../protocol/json.ts';
import { rowIssue, type Report } from './issues.ts';
import { parseJson, pathOf, setOwn } from './json.ts';
import { maxJsonDepth, scanJson, type JsonSteps } from './scanJson.ts';

/**
 * Parses one JSON text and reports what JSON.parse hides: keys given twice, numbers it cannot hold (kept as texts),
 * halves of surrogate pairs (replaced by U+FFFD), keys called `__proto__` (kept as plain keys).
 * Undefined means that the text was refused, with the exact column reported.
 *
 * A text that needed none of this costs JSON.parse plus a look at each key.
 */
export function parseLine(text: string, report: Report): Json | undefined {
  let value: Json;
  try {
    value = parseJson(text);
  } catch {
    const { fault } = scanJson(text);
    report(fault === null
      ? rowIssue('json_syntax', 'This line is not valid JSON.')
      : rowIssue(fault.code, fault.message, { column: fault.offset + 1 }));
    return undefined;
  }
  if (survey(value, 0) !== countKeys(text)) {
    if (!reportHidden(text, value, report)) return undefined;
  }
  if ((text.includes('\\u') && surrogateEscape.test(text)) || !text.isWellFormed()) return wellFormed(value, '$', report);
  return value;
}

/** How many keys a parsed value has; NaN when something in it needs the exact look. */
function survey(value: Json, depth: number): number {
  if (typeof value === 'number') return value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER ? NaN : 0;
  if (typeof value !== 'object' || value === null) return 0;
  if (depth >= maxJsonDepth) return NaN;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value) keys += survey(item, depth + 1);
    return keys;
  }
  for (const key in value) {
    if (key === '__proto__') return NaN;
    const inner = value[key];
    keys += 1;
    if (typeof inner !== 'string' && inner !== undefined) keys += survey(inner, depth + 1);
  }
  return keys;
}

/**
 * How many keys a text has: colons right after an unescaped quote, since within a text a quote always has a backslash.
 * NaN where white space stands before a colon, so that a key cannot hide behind it.
 */
function countKeys(text: string): number {
  let count = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    const before = text.charCodeAt(at - 1);
    if (before === quote) {
      if (text.charCodeAt(at - 2) !== backslash) count += 1;
    } else if (before <= 32) {
      let back = at - 2;
      while (text.charCodeAt(back) <= 32) back -= 1;
      if (text.charCodeAt(back) === quote && text.charCodeAt(back - 1) !== backslash) return NaN;
    }
  }
  return count;
}

/** Reports what the exact scan finds; false when the value must be refused. */
function reportHidden(text: string, value: Json, report: Report): boolean {
  const { fault, duplicates, inexact, reserved } = scanJson(text);
  if (fault !== null) {
    report(rowIssue(fault.code, fault.message, { column: fault.offset + 1 }));
    return false;
  }
  for (const { steps, offset } of duplicates) {
    const key = JSON.stringify(String(steps.at(-1)).slice(0, 100));
    report(rowIssue('json_duplicate_key', `The key ${key} is given twice; the last one counts.`, { column: offset + 1, path: pathOfSteps(steps) }));
  }
  for (const { steps, offset } of reserved) {
    report(rowIssue('key_reserved', 'A key is called __proto__; it is kept as a plain key.', { column: offset + 1, path: pathOfSteps(steps) }));
  }
  for (const { steps, offset, source } of inexact) {
    keepSource(value, steps, source);
    report(rowIssue('json_number_precision', `The number ${source.slice(0, 40)} has more digits than a number can hold; it is kept as a text.`, {
      column: offset + 1,
      path: pathOfSteps(steps),
    }));
  }
  return true;
}

/** Puts the digits where the rounded number stands, unless a later key of the same name took its place. */
function keepSource(root: Json, steps: JsonSteps, source: string): void {
  let holder: Json | undefined = root;
  for (const step of steps.slice(0, -1)) holder = child(holder, step);
  const last = steps.at(-1);
  if (last === undefined || child(holder, last) !== Number(source)) return;
  if (Array.isArray(holder) && typeof last === 'number') holder[last] = source;
  else if (typeof holder === 'object' && holder !== null && !Array.isArray(holder)) setOwn(holder, String(last), source);
}

function child(value: Json | undefined, step: string | number): Json | undefined {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, step) ? value[step] : undefined;
}

/** The value with every half of a surrogate pair replaced, each reported. */
function wellFormed(value: Json, path: string, report: Report): Json {
  if (typeof value === 'string') {
    if (value.isWellFormed()) return value;
    report(rowIssue('json_lone_surrogate', 'Half of a surrogate pair was replaced by U+FFFD.', { path }));
    return value.toWellFormed();
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => wellFormed(item, pathOf(path, index), report));
  const result: { [key: string]: Json } = {};
  for (const [key, inner] of Object.entries(value)) {
    const name = key.toWellFormed();
    if (name !== key) report(rowIssue('json_lone_surrogate', 'Half of a surrogate pair in a key was replaced by U+FFFD.', { path }));
    setOwn(result, name, wellFormed(inner, pathOf(path, name), report));
  }
  return result;
}

function pathOfSteps(steps: JsonSteps): string {
  return steps.reduce<string>(pathOf, '$');
}

const [quote, backslash] = [34, 92];
const surrogateEscape = /\\u[dD][89a-fA-F]/;
