const quote = 34;
const backslash = 92;
const colon = 58;
const comma = 44;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

/** Bytes after a place that `signatureAt` and `closesOnItsLine` may look at. */
export const lookaheadBytes = 4096;

const longestKeyBytes = 200;

/**
 * How an element begins: its brackets and its first key, such as `{"prompt"` or `[{"role"`. Null where it begins
 * otherwise. Elements of one list mostly begin alike, and quotes within texts have a backslash, so that the same
 * beginning further on is the next element and no text.
 */
export function signatureAt(buffer: Buffer, start: number, end: number): string | null {
  let at = start;
  let brackets = '';
  while (at < end && brackets.length < 4) {
    const code = buffer[at] ?? 0;
    if (code === openBrace) brackets += '{';
    else if (code === openBracket) brackets += '[';
    else if (code > 32) break;
    at++;
  }
  if (!brackets.endsWith('{') || buffer[at] !== quote) return null;
  const close = buffer.indexOf(quote, at + 1);
  if (close < 0 || close >= end || close - at > longestKeyBytes || buffer[close - 1] === backslash) return null;
  const after = skipBlanks(buffer, close + 1, end);
  return buffer[after] === colon ? `${brackets}${buffer.toString('utf8', at, close + 1)}` : null;
}

/** Whether the line from `start` on ends with a closing bracket: it holds a whole element. */
export function closesOnItsLine(buffer: Buffer, start: number, end: number, newline: number): boolean {
  const found = buffer.indexOf(newline, start);
  let at = (found < 0 || found >= end ? end : found) - 1;
  while (at > start && ((buffer[at] ?? 0) <= 32 || buffer[at] === comma)) at--;
  return at > start && (buffer[at] === closeBrace || buffer[at] === closeBracket);
}

/** The byte before `at` that is no white space, or 0. */
export function inkBefore(buffer: Buffer, at: number, from: number): number {
  let back = at - 1;
  while (back >= from && (buffer[back] ?? 0) <= 32) back--;
  return back < from ? 0 : (buffer[back] ?? 0);
}

function skipBlanks(buffer: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && (buffer[at] ?? 0) <= 32) at++;
  return at;
}
