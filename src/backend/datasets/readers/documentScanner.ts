import { markMessage } from './byteOrderMark.ts';
import { ElementStyle, lookaheadBytes } from './elementStyle.ts';
import { inkBefore, trimmed } from './ink.ts';
import type { RecordSink } from './recordSink.ts';

const quote = 34;
const backslash = 92;
const comma = 44;
const colon = 58;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

/** An element that cannot be JSON is followed by its brackets so far, and then given up. */
const longestSuspectBytes = 1 << 20;

/** Bytes that JSON may have outside its texts: white space, numbers, `true`, `false`, `null`, separators, brackets. */
const isLegal = Uint8Array.from({ length: 256 }, (_, code) => ('\t\n\r +-.0123456789,:"[]{}eEtrufalsn'.includes(String.fromCharCode(code)) ? 1 : 0));

/**
 * Cuts a JSON document into its elements by brackets and quotes alone. An element is given up where it can be none any
 * more (a line break in a text, brackets that do not match, an object where a key belongs); reading then goes on at the
 * next place where an element begins as others do, so that it takes no good one with it.
 */
export class DocumentScanner {
  readonly #sink: RecordSink;
  readonly #isWrapped: boolean;
  readonly #newline: number;
  readonly #name: string;
  /** Where scanning goes on in the buffer. */
  #next = 0;
  /** Open brackets within the element. */
  #depth = 0;
  #kinds = new Uint8Array(1024);
  /** 0 outside the document, 1 in its array or wrapper, 2 in a list of the wrapper. */
  #level = 0;
  /** What holds the elements closes with a bracket. */
  #isInList = false;
  #isInString = false;
  #isEscaped = false;
  #line = 1;
  #lineStart = 0;
  /** Where the element begins in the current buffer, or -1 between elements. */
  #start = -1;
  #startLine = 1;
  #startColumn = 1;
  /** First place in the element that no JSON has, or -1. */
  #suspect = -1;
  /** Line in which an element ended that was no JSON: what follows on it may belong to it. */
  #suspectLine = 0;
  /** The last byte between elements that is no white space. */
  #ink = 0;
  #isFirstOnLine = true;
  readonly #style: ElementStyle;
  /** An element was given up and the next one is looked for. */
  #isLost = false;
  /** One was given up before. */
  #hasLost = false;
  #brokenLine = 0;
  /** Where it was given up. */
  #faultAt = 0;
  /** First line that was passed over with something in it, or 0. */
  #lostLine = 0;
  /** Up to here the buffer has enough bytes to tell whether an element begins. */
  #judged = 0;

  constructor(sink: RecordSink, init: { isWrapped: boolean; newline: number; name: string }) {
    this.#sink = sink;
    this.#isWrapped = init.isWrapped;
    this.#newline = init.newline;
    this.#name = init.name;
    this.#style = new ElementStyle(init.newline);
  }

  /** Scans what was not scanned yet; answers from where bytes are still needed. */
  scan(buffer: Buffer, end: number, isLast: boolean): number {
    // Where a beginning is judged, the bytes that judge it must be there.
    this.#judged = isLast ? end : Math.max(0, end - lookaheadBytes);
    do {
      if (!this.#isLost) this.#read(buffer, end);
      else if (!this.#seek(buffer, end) && !isLast) break;
      if (this.#next >= end && this.#start >= 0 && (isLast || this.#isHopeless(end))) this.#finishOrLose(buffer, end);
    } while (this.#next < end);
    if (isLast && this.#isLost) this.#reportRest();
    const keep = this.#start >= 0 ? this.#start : Math.min(this.#next, end);
    this.#lineStart -= keep;
    this.#next -= keep;
    this.#faultAt -= keep;
    if (this.#suspect >= 0) this.#suspect -= keep;
    if (this.#start >= 0) this.#start = 0;
    return keep;
  }

  #read(buffer: Buffer, end: number): void {
    const newline = this.#newline;
    let at = this.#next;
    while (at < end && !this.#isLost) {
      const code = buffer[at] ?? 0;
      if (this.#isInString) {
        at = this.#inString(buffer, at, end);
        continue;
      }
      if (code === newline) {
        this.#line++;
        this.#lineStart = at + 1;
        if (this.#start < 0) this.#isFirstOnLine = true;
      }
      this.#next = at + 1;
      if (this.#start < 0) this.#between(buffer, at, code);
      else this.#inElement(buffer, at, code, end);
      at = this.#next;
    }
    this.#next = at;
  }

  /** Within a text: answers where to go on, after its closing quote or at the end. */
  #inString(buffer: Buffer, from: number, end: number): number {
    const newline = this.#newline;
    for (let at = from; at < end; at++) {
      const code = buffer[at];
      if (this.#isEscaped) {
        this.#isEscaped = false;
        if (code !== newline) continue;
      }
      if (code === backslash) this.#isEscaped = true;
      else if (code === quote) {
        this.#isInString = false;
        if (this.#start >= 0 && this.#depth === 0 && !this.#isKeyPlace()) this.#emit(buffer, at + 1);
        return at + 1;
      } else if (code === newline) {
        this.#line++;
        this.#lineStart = at + 1;
        this.#next = at + 1;
        if (this.#start < 0) continue;
        // No JSON text goes over a line break.
        this.#lose(buffer, at, end);
        return this.#next;
      }
    }
    return end;
  }

  #between(buffer: Buffer, at: number, code: number): void {
    const before = this.#ink;
    const isFirstOnLine = this.#isFirstOnLine;
    if (code > 32) {
      this.#ink = code;
      this.#isFirstOnLine = false;
    }
    switch (code) {
      case 32: case 9: case 13: case 10: case comma: case colon:
        return;
      case openBracket:
        if (this.#level === (this.#isWrapped ? 1 : 0)) {
          this.#enter(this.#level + 1, true);
          return;
        }
        // After a broken element the end of its list may have been missed: this is the next list.
        if (before === colon && this.#hasLost && this.#isWrapped) return;
        break;
      case openBrace:
        if (this.#level === 0 && this.#isWrapped) {
          this.#enter(1, false);
          return;
        }
        break;
      case closeBracket: case closeBrace:
        // What is left of a broken element closes no list of a wrapper.
        if (this.#hasLost && this.#isWrapped && this.#isInList) return;
        if (this.#level > 0 && (code === closeBracket) === this.#isInList) this.#enter(this.#level - 1, false);
        else if (this.#suspectLine !== this.#line) this.#stray(`A ${code === closeBrace ? '}' : ']'} stands here and closes nothing.`);
        return;
      case 0xef:
        this.#sink.issues.file(this.#name, 'byte_order_mark', markMessage, { line: this.#line });
        return;
      case 0xbb: case 0xbf:
        return;
      default:
    }
    if (this.#suspectLine === this.#line && code !== openBrace && code !== openBracket) {
      // The rest of an element that seemed to end early.
      this.#goMissing(at);
      return;
    }
    if (this.#isKeyPlace()) {
      // Keys and other facts of the wrapper are no rows.
      if (code === quote) this.#isInString = true;
      else if (code === openBrace && before === comma) {
        this.#stray('The list was closed before this element; the element was read all the same.');
        this.#enter(2, true);
        this.#begin(buffer, at, isFirstOnLine);
      } else if (code === openBrace) this.#begin(buffer, at, false);
      return;
    }
    this.#begin(buffer, at, isFirstOnLine);
  }

  #inElement(buffer: Buffer, at: number, code: number, end: number): void {
    switch (code) {
      case quote:
        this.#isInString = true;
        return;
      case openBrace: case openBracket: {
        if (this.#depth === 0) {
          // A comment or another stray word before an element.
          this.#emit(buffer, trimmed(buffer, this.#start, at));
          this.#suspectLine = 0;
          this.#next = at;
          return;
        }
        const before = inkBefore(buffer, at, this.#start);
        const isPlace = this.#kinds[this.#depth - 1] === openBrace ? before === colon : before === openBracket || before === comma;
        if (isPlace) this.#push(code);
        else this.#lose(buffer, at, end);
        return;
      }
      case closeBrace: case closeBracket:
        if (this.#depth === 0) {
          // A bare number or word ends where its list does.
          this.#emit(buffer, at);
          this.#next = at;
        } else if (this.#kinds[this.#depth - 1] !== code - 2) this.#lose(buffer, at, end);
        else if (--this.#depth === 0) this.#emit(buffer, at + 1);
        return;
      case comma: case 10: case 13:
        if (this.#depth === 0 && (code === comma || code === this.#newline)) this.#emit(buffer, at);
        return;
      default:
        if (this.#suspect < 0 && isLegal[code] === 0) this.#suspect = at;
    }
  }

  #isHopeless(end: number): boolean {
    return this.#suspect >= 0 && end - this.#suspect > longestSuspectBytes;
  }

  /** The document ended, or the element cannot be one: what was begun is a record too, its parser says what is missing. */
  #finishOrLose(buffer: Buffer, end: number): void {
    if (this.#depth === 0 && !this.#isInString) this.#emit(buffer, end);
    else this.#lose(buffer, end - 1, end);
  }

  /** Gives the element up at `at`. The next one may have begun already, and else is looked for from there. */
  #lose(buffer: Buffer, at: number, end: number): void {
    const start = this.#start;
    const { line, lineStart } = this.#placeAt(buffer, start + 1);
    const stop = at + 1;
    if (!this.#style.isKnown) this.#style.learn(buffer, start, end);
    this.#brokenLine = this.#startLine;
    this.#faultAt = at;
    this.#line = line;
    this.#lineStart = lineStart;
    this.#next = start + 1;
    this.#isLost = true;
    this.#hasLost = true;
    this.#lostLine = 0;
    this.#isFirstOnLine = false;
    this.#ink = buffer[start] ?? 0;
    this.#isInString = false;
    this.#isEscaped = false;
    this.#suspect = -1;
    this.#start = -1;
    this.#depth = 0;
    const found = this.#find(buffer, Math.min(stop, this.#judged), end);
    this.#hand(buffer, start, found < 0 ? stop : trimmed(buffer, start, found), true);
    if (found >= 0) this.#resume(buffer, found);
  }

  /** Line and its start for a place in the element, whose beginning is known. */
  #placeAt(buffer: Buffer, at: number): { line: number; lineStart: number } {
    return buffer[at - 1] === this.#newline ? { line: this.#startLine + 1, lineStart: at } : { line: this.#startLine, lineStart: at - this.#startColumn };
  }

  /** Looks for the next element in what is there; false when there is none. */
  #seek(buffer: Buffer, end: number): boolean {
    const found = this.#find(buffer, this.#judged, end);
    if (found >= 0) this.#resume(buffer, found);
    return found >= 0;
  }

  /** Goes on to the next place before `stop` where an element begins; -1 where there is none. */
  #find(buffer: Buffer, stop: number, end: number): number {
    for (; this.#next < stop; this.#next++) {
      const at = this.#next;
      const code = buffer[at] ?? 0;
      if (code === this.#newline) {
        this.#line++;
        this.#lineStart = at + 1;
        this.#isFirstOnLine = true;
      }
      if (code <= 32) continue;
      if (code === openBrace || code === openBracket) {
        const column = this.#isFirstOnLine ? at - this.#lineStart + 1 : 0;
        if (this.#style.isElement(buffer, at, { end, ink: this.#ink, column, isAmongKeys: this.#isKeyPlace() })) return at;
      }
      if (this.#lostLine === 0 && at > this.#faultAt && code !== comma && code !== closeBrace && code !== closeBracket) this.#lostLine = this.#line;
      this.#isFirstOnLine = false;
      this.#ink = code;
    }
    return -1;
  }

  #resume(buffer: Buffer, at: number): void {
    this.#isLost = false;
    if (this.#isKeyPlace()) this.#enter(2, true);
    this.#style.stopLearning();
    this.#begin(buffer, at, this.#isFirstOnLine);
    this.#next = at + 1;
    if (this.#brokenLine === 0) return;
    const lost = this.#lostLine > 0 && this.#lostLine < this.#line ? ` Lines ${String(this.#lostLine)} to ${String(this.#line - 1)} between were passed over.` : '';
    this.#sink.issues.file(this.#name, 'json_resumed', `The element that begins in line ${String(this.#brokenLine)} is broken; reading went on with the one that begins in line ${String(this.#line)}.${lost}`, { line: this.#brokenLine });
  }

  #reportRest(): void {
    if (this.#lostLine === 0 || this.#brokenLine === 0) return;
    this.#sink.issues.file(this.#name, 'json_rest', `After the broken element that begins in line ${String(this.#brokenLine)}, no further one was found: lines ${String(this.#lostLine)} to ${String(this.#line)} were not read.`, { line: this.#lostLine });
  }

  /** Looks for the next element, without a report of its own. */
  #goMissing(at: number): void {
    this.#isLost = true;
    this.#hasLost = true;
    this.#brokenLine = this.#line;
    this.#faultAt = at;
    this.#lostLine = 0;
    this.#isFirstOnLine = false;
    this.#next = at;
  }

  #stray(message: string): void {
    this.#sink.issues.file(this.#name, 'json_stray', message, { line: this.#line });
  }

  /** In a wrapper, outside its lists. */
  #isKeyPlace(): boolean {
    return this.#isWrapped && !this.#isInList;
  }

  #enter(level: number, isInList: boolean): void {
    this.#level = level;
    this.#isInList = isInList;
  }

  #begin(buffer: Buffer, at: number, isFirstOnLine: boolean): void {
    const code = buffer[at] ?? 0;
    this.#start = at;
    this.#depth = 0;
    this.#suspect = -1;
    this.#startLine = this.#line;
    this.#startColumn = at - this.#lineStart + 1;
    if (isFirstOnLine) this.#style.column = this.#startColumn;
    this.#isFirstOnLine = false;
    this.#suspectLine = 0;
    if (code === quote) this.#isInString = true;
    else if (code === openBrace || code === openBracket) this.#push(code);
    else if (isLegal[code] === 0) this.#suspect = at;
  }

  #push(code: number): void {
    if (this.#depth === this.#kinds.length) {
      const larger = new Uint8Array(this.#kinds.length * 2);
      larger.set(this.#kinds);
      this.#kinds = larger;
    }
    this.#kinds[this.#depth++] = code;
  }

  #emit(buffer: Buffer, end: number): void {
    const start = this.#start;
    if (this.#suspect >= 0) this.#suspectLine = this.#line;
    const isExample = this.#suspect < 0 ? this.#style.isLearning : !this.#style.isKnown;
    if (isExample && !this.#isKeyPlace()) this.#style.learn(buffer, start, end);
    this.#start = -1;
    this.#depth = 0;
    this.#suspect = -1;
    this.#ink = 0;
    this.#hand(buffer, start, end, false);
  }

  #hand(buffer: Buffer, start: number, end: number, isBroken: boolean): void {
    // A list of plain values beside the rows of a wrapper (labels, tags) holds no rows.
    const isPlain = this.#isWrapped && buffer[start] !== openBrace && buffer[start] !== openBracket;
    if (!this.#isKeyPlace() && !isPlain) this.#sink.json(buffer, start, end, this.#startLine, this.#startColumn);
    else if (isBroken) this.#stray('A value beside the rows is never closed.');
  }
}
