import type { ByteSource } from './byteSource.ts';
import { readChunks } from './chunks.ts';
import type { RecordSink } from './recordSink.ts';

const quote = 34;
const backslash = 92;
const comma = 44;
const colon = 58;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
const newline = 10;

/** Keys that hold a row's own turns: an object that has one is a row and no wrapper around rows. */
const keysOfRows = new Set(['messages', 'conversations', 'conversation', 'dialog', 'dialogue', 'turns', 'chosen', 'rejected', 'completion', 'prompt', 'tools', 'functions', 'history', 'content', 'instances']);

/**
 * Whether a document that begins like this is an object around lists of rows, such as `{"data": […]}`, told by the
 * keys of its first level as far as the head shows them.
 */
export function isWrapper(head: Buffer): boolean {
  const text = head.toString('utf8');
  let depth = 0;
  let key = '';
  let hasList = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = stringEnd(text, at);
      if (depth === 1 && /^\s*:/.test(text.slice(end + 1, end + 40))) key = text.slice(at + 1, end);
      if (depth === 1 && keysOfRows.has(key)) return false;
      at = end;
    } else if (character === '{' || character === '[') {
      if (depth === 1 && character === '[' && /^\s*[{[]/.test(text.slice(at + 1, at + 200))) hasList = true;
      depth++;
      if (depth === 1 && character !== '{') return false;
    } else if (character === '}' || character === ']') depth--;
    if (depth === 0 && character === '}') break;
  }
  return hasList;
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/**
 * A JSON document as a stream of its rows: the elements of an array, the elements of the lists in a wrapper, or the
 * values that follow each other at the top. Elements are cut by brackets and quotes alone, and parsed one by one, so
 * that a document may be larger than memory and one bad element takes no other with it.
 */
export async function readJsonDocument(source: ByteSource, sink: RecordSink, isWrapped: boolean): Promise<void> {
  const scanner = new DocumentScanner(sink, isWrapped);
  for await (const chunk of readChunks(source)) {
    chunk.keepFrom = scanner.scan(chunk.buffer, chunk.freshFrom, chunk.end);
    if (chunk.isLast) scanner.end(chunk.buffer, chunk.end);
    await sink.settle();
    if (sink.isDone) return;
  }
}

class DocumentScanner {
  readonly #sink: RecordSink;
  readonly #isWrapped: boolean;
  /** Closing brackets that are waited for within the element. */
  #depth = 0;
  /** 0 outside the document, 1 in its array or wrapper, 2 in a list of the wrapper. */
  #level = 0;
  /** What holds the elements closes with this. */
  #isInList = false;
  #isInString = false;
  #isEscaped = false;
  #line = 1;
  #lineStart = 0;
  /** Where the element begins in the current buffer, or -1 between elements. */
  #start = -1;
  #startLine = 1;
  #startColumn = 1;

  constructor(sink: RecordSink, isWrapped: boolean) {
    this.#sink = sink;
    this.#isWrapped = isWrapped;
  }

  /** Scans fresh bytes; answers from where bytes are still needed. */
  scan(buffer: Buffer, from: number, end: number): number {
    if (this.#start >= 0) this.#start = 0;
    for (let at = from; at < end; at++) {
      const code = buffer[at] ?? 0;
      if (code === newline) {
        this.#line++;
        this.#lineStart = at + 1;
      }
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (code === backslash) this.#isEscaped = true;
        else if (code === quote) {
          this.#isInString = false;
          if (this.#start >= 0 && this.#depth === 0 && !this.#isKeyPlace()) this.#emit(buffer, at + 1);
        }
        continue;
      }
      this.#structure(buffer, at, code);
    }
    const keep = this.#start >= 0 ? this.#start : end;
    this.#lineStart -= keep;
    return keep;
  }

  /** What was begun and never closed is a record too: its parser says what is missing. */
  end(buffer: Buffer, end: number): void {
    if (this.#start >= 0) this.#emit(buffer, end);
  }

  #structure(buffer: Buffer, at: number, code: number): void {
    if (this.#start >= 0) {
      this.#inElement(buffer, at, code);
      return;
    }
    switch (code) {
      case 32: case 9: case 13: case newline: case comma: case colon:
        return;
      case openBracket:
        if (this.#level === (this.#isWrapped ? 1 : 0)) {
          this.#enter(this.#level + 1, true);
          return;
        }
        break;
      case openBrace:
        if (this.#level === 0 && this.#isWrapped) {
          this.#enter(1, false);
          return;
        }
        break;
      case closeBracket: case closeBrace:
        if (this.#level > 0) this.#enter(this.#level - 1, false);
        return;
      default:
    }
    if (this.#isKeyPlace()) {
      // Keys and other facts of the wrapper are no rows.
      if (code === quote) this.#isInString = true;
      else if (code === openBrace) {
        this.#begin(at);
        this.#depth = 1;
      }
      return;
    }
    this.#begin(at);
    if (code === quote) this.#isInString = true;
    else if (code === openBrace || code === openBracket) this.#depth = 1;
  }

  #inElement(buffer: Buffer, at: number, code: number): void {
    switch (code) {
      case quote:
        this.#isInString = true;
        return;
      case openBrace: case openBracket:
        this.#depth++;
        return;
      case closeBrace: case closeBracket:
        if (this.#depth === 0) {
          // A bare number or word ends where its list does.
          this.#emit(buffer, at);
          this.#enter(this.#level - 1, false);
        } else if (--this.#depth === 0) this.#emit(buffer, at + 1);
        return;
      case comma: case newline:
        if (this.#depth === 0) this.#emit(buffer, at);
        return;
      default:
    }
  }

  /** In a wrapper, outside its lists. */
  #isKeyPlace(): boolean {
    return this.#isWrapped && !this.#isInList;
  }

  #enter(level: number, isInList: boolean): void {
    this.#level = Math.max(0, level);
    this.#isInList = isInList;
  }

  #begin(at: number): void {
    this.#start = at;
    this.#depth = 0;
    this.#startLine = this.#line;
    this.#startColumn = at - this.#lineStart + 1;
  }

  #emit(buffer: Buffer, end: number): void {
    const start = this.#start;
    this.#start = -1;
    this.#depth = 0;
    // A list of plain values beside the rows of a wrapper (labels, tags) holds no rows.
    const isPlain = this.#isWrapped && buffer[start] !== openBrace && buffer[start] !== openBracket;
    if (!this.#isKeyPlace() && !isPlain) this.#sink.json(buffer, start, end, this.#startLine, this.#startColumn);
  }
}
