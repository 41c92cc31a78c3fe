import { codeName, faultAt, type JsonFault } from './jsonFault.ts';

/** Deeper than any training format goes, and shallow enough for every recursive reader after us. */
export const maxJsonDepth = 512;

/** A place in a parsed value: keys and indexes from the root. */
export type JsonSteps = (string | number)[];

export interface JsonFindings {
  fault: JsonFault | null;
  duplicates: { steps: JsonSteps; offset: number }[];
  /** Numbers that a JavaScript number cannot hold, as they were written. */
  inexact: { steps: JsonSteps; offset: number; source: string }[];
  reserved: { steps: JsonSteps; offset: number }[];
}

interface Frame {
  isObject: boolean;
  step: string | number;
  keys: Set<string> | null;
}

/**
 * Reads a JSON text character by character (RFC 8259) without recursion: the place and kind of the first mistake, and
 * what JSON.parse hides. Slow beside JSON.parse, so it runs only on lines that gave cause.
 */
export function scanJson(text: string): JsonFindings {
  const found: JsonFindings = { fault: null, duplicates: [], inexact: [], reserved: [] };
  const stack: Frame[] = [];
  let at = skipSpace(text, 0);
  let expects: 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'next' = 'value';
  const fail = (fault: JsonFault): JsonFindings => ({ ...found, fault });

  for (;;) {
    at = skipSpace(text, at);
    const code = text.charCodeAt(at);
    const top = stack.at(-1);
    if (expects === 'next') {
      if (top === undefined) {
        if (at >= text.length) return found;
        return fail({ code: 'json_extra_text', offset: at, message: 'Something follows the JSON value on this line.' });
      }
      if (code === closing(top)) {
        stack.pop();
        at += 1;
      } else if (code === comma) {
        at += 1;
        if (typeof top.step === 'number') top.step += 1;
        expects = top.isObject ? 'key' : 'value';
      } else {
        return fail(faultAt(text, at, top.isObject ? 'a comma or }' : 'a comma or ]'));
      }
      continue;
    }
    if ((expects === 'keyOrEnd' || expects === 'valueOrEnd') && top !== undefined && code === closing(top)) {
      stack.pop();
      at += 1;
      expects = 'next';
      continue;
    }
    if (expects === 'key' || expects === 'keyOrEnd') {
      if (code !== quote) return fail(faultAt(text, at, 'a key in double quotes'));
      const end = endOfString(text, at);
      if (typeof end !== 'number') return fail(end);
      const key = String(JSON.parse(text.slice(at, end)));
      if (top !== undefined) noteKey(found, stack, top, key, at);
      at = skipSpace(text, end);
      if (text.charCodeAt(at) !== colon) return fail(faultAt(text, at, 'a colon'));
      at += 1;
      expects = 'value';
      continue;
    }
    if (code === openBrace || code === openBracket) {
      if (stack.length >= maxJsonDepth) {
        return fail({ code: 'json_too_deep', offset: at, message: `The value nests deeper than ${String(maxJsonDepth)} levels.` });
      }
      const isObject = code === openBrace;
      stack.push({ isObject, step: isObject ? '' : 0, keys: null });
      at += 1;
      expects = isObject ? 'keyOrEnd' : 'valueOrEnd';
      continue;
    }
    const end = endOfScalar(text, at);
    if (typeof end !== 'number') return fail(end);
    if (code !== quote && isInexact(text.slice(at, end))) found.inexact.push({ steps: stepsOf(stack), offset: at, source: text.slice(at, end) });
    at = end;
    expects = 'next';
  }
}

function noteKey(found: JsonFindings, stack: Frame[], top: Frame, key: string, offset: number): void {
  top.step = key;
  top.keys ??= new Set();
  if (top.keys.has(key)) found.duplicates.push({ steps: stepsOf(stack), offset });
  top.keys.add(key);
  if (key === '__proto__') found.reserved.push({ steps: stepsOf(stack), offset });
}

function stepsOf(stack: readonly Frame[]): JsonSteps {
  return stack.map((frame) => frame.step);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
    at += 1;
  }
}

/** Offset after the closing quote, or the mistake within the text. */
function endOfString(text: string, start: number): number | JsonFault {
  let at = start + 1;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === 10 || code === 13) return { code: 'json_control_character', offset: at, message: 'A text goes on over the end of its line: its closing quote is missing, or the line break must be written as \\n.' };
    if (code < 32) return { code: 'json_control_character', offset: at, message: `A raw control character (${codeName(text, at)}) stands within a text.` };
    if (code === backslash) {
      const size = escapeSize(text, at);
      if (size === 0) return { code: 'json_syntax', offset: at, message: `${JSON.stringify(text.slice(at, at + 2))} is no JSON escape.` };
      at += size - 1;
    }
  }
  return { code: 'json_truncated', offset: text.length, message: `The text that begins in column ${String(start + 1)} is never closed.` };
}

/** Length of the escape at `at`; 0 when it is none. A text that ends within an escape counts as one. */
function escapeSize(text: string, at: number): number {
  const next = text.charAt(at + 1);
  if (next === '') return 1;
  if (next !== 'u') return '"\\/bfnrt'.includes(next) ? 2 : 0;
  const digits = text.slice(at + 2, at + 6);
  if (hex4.test(digits)) return 6;
  return at + 2 + digits.length === text.length ? 2 : 0;
}

function endOfScalar(text: string, at: number): number | JsonFault {
  if (text.charCodeAt(at) === quote) return endOfString(text, at);
  scalar.lastIndex = at;
  if (!scalar.test(text)) return faultAt(text, at, 'a value');
  return scalar.lastIndex;
}

/** True for a literal whose value a double changes: 2^53 + 1, 1e999. */
function isInexact(source: string): boolean {
  const value = Number(source);
  if (Number.isNaN(value)) return false;
  if (!Number.isFinite(value)) return true;
  return !Number.isSafeInteger(value) && integer.test(source) && BigInt(source) !== BigInt(value);
}

function closing(frame: Frame): number {
  return frame.isObject ? closeBrace : closeBracket;
}

const [quote, backslash, comma, colon] = [34, 92, 44, 58];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];
const hex4 = /^[0-9a-fA-F]{4}$/;
const integer = /^-?\d+$/;
const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+])/y;
