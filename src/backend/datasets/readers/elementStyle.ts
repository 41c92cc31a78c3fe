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

/** Signatures are learned from so many elements. */
const learnedElements = 64;

/** How the elements of a document are laid out, learned from those that were read: tells where a further one begins. */
export class ElementStyle {
  /** Column of elements that begin a line; 0 where none did. */
  column = 0;
  readonly #newline: number;
  readonly #signatures = new Set<string>();
  #left = learnedElements;

  constructor(newline: number) {
    this.#newline = newline;
  }

  get isKnown(): boolean {
    return this.#signatures.size > 0;
  }

  get isLearning(): boolean {
    return this.#left > 0;
  }

  learn(buffer: Buffer, start: number, end: number): void {
    this.#left--;
    const signature = signatureAt(buffer, start, Math.min(end, start + lookaheadBytes));
    if (signature !== null) this.#signatures.add(signature);
  }

  /** After a broken element what is read may be a part of one. */
  stopLearning(): void {
    this.#left = 0;
  }

  /** `ink` is the byte before `at` that is no white space; `column` is 0 where that stands on the same line. */
  isElement(buffer: Buffer, at: number, place: { end: number; ink: number; column: number; isAmongKeys: boolean }): boolean {
    const { end, ink, column } = place;
    const signature = signatureAt(buffer, at, end);
    if (signature === null) return false;
    if (place.isAmongKeys) return ink === openBracket;
    // Printed with indentation, what begins a line in another column is a part of an element.
    if (column > 0 && this.column > 1 && column !== this.column) return false;
    if (this.#signatures.has(signature) && ink !== colon && ink !== openBracket) return true;
    // Where elements begin a line, what else begins one in the same column is an element too. Without indentation the
    // inner objects of a printed element do so as well.
    return column > 0 && column === this.column && (column > 1 || closesOnItsLine(buffer, at, end, this.#newline));
  }
}

/**
 * How an element begins: its brackets and its first key, such as `{"prompt"` or `[{"role"`. Null where it begins
 * otherwise. Elements of one list mostly begin alike, and quotes within texts have a backslash, so that the same
 * beginning further on is the next element and no text.
 */
function signatureAt(buffer: Buffer, start: number, end: number): string | null {
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
function closesOnItsLine(buffer: Buffer, start: number, end: number, newline: number): boolean {
  const found = buffer.indexOf(newline, start);
  let at = (found < 0 || found >= end ? end : found) - 1;
  while (at > start && ((buffer[at] ?? 0) <= 32 || buffer[at] === comma)) at--;
  return at > start && (buffer[at] === closeBrace || buffer[at] === closeBracket);
}

function skipBlanks(buffer: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && (buffer[at] ?? 0) <= 32) at++;
  return at;
}
