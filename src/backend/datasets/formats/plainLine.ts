import type { Json } from '../../../protocol/json.ts';
import { parseJson } from './json.ts';

/**
 * JSON.parse for the commonest line, straight from its bytes in a fraction of the time: an object of `messages` and
 * perhaps `id`, with turns of `role` and `content` in this order. Null for every other line, broken ones among them:
 * the full parser and its checks then have their say. What it does read holds nothing that they would report.
 */
export class PlainLineReader {
  /** All text of the last line read is ASCII. */
  isAscii = true;
  #source: Buffer = Buffer.alloc(0);
  #at = 0;

  read(source: Buffer, start: number, end: number): Json | null {
    this.#source = source;
    this.#at = start;
    this.isAscii = true;
    if (!this.#take(openBrace)) return null;
    let messages: Json[] | null = null;
    let id: string | null = null;
    do {
      if (messages === null && this.#takeWord(messagesKey)) {
        messages = this.#turns();
        if (messages === null) return null;
      } else if (id === null && this.#takeWord(idKey)) {
        id = this.#take(colon) ? this.#text() : null;
        if (id === null) return null;
      } else return null;
    } while (this.#take(comma));
    if (messages === null || !this.#take(closeBrace)) return null;
    this.#skipBlanks();
    // Nothing before looked at `end`: a line that stops early is found out here.
    if (this.#at !== end) return null;
    return id === null ? { messages } : { id, messages };
  }

  #turns(): Json[] | null {
    if (!this.#take(colon) || !this.#take(openBracket)) return null;
    const turns: Json[] = [];
    do {
      if (!this.#take(openBrace) || !this.#takeWord(roleKey) || !this.#take(colon)) return null;
      const role = this.#role();
      if (role === null || !this.#take(comma) || !this.#takeWord(contentKey) || !this.#take(colon)) return null;
      const content = this.#text();
      if (content === null || !this.#take(closeBrace)) return null;
      turns.push({ role, content });
    } while (this.#take(comma));
    return this.#take(closeBracket) ? turns : null;
  }

  #role(): string | null {
    if (this.#takeWord(userRole)) return 'user';
    if (this.#takeWord(assistantRole)) return 'assistant';
    return this.#takeWord(systemRole) ? 'system' : null;
  }

  #text(): string | null {
    if (!this.#take(quote)) return null;
    const source = this.#source;
    const start = this.#at;
    let at = start;
    let ordinary = ordinaryAscii;
    let hasEscapes = false;
    for (;;) {
      while (ordinary[source[at] ?? 0] === 1) at += 1;
      const code = source[at] ?? 0;
      if (code === quote) break;
      if (code === backslash) {
        if (!shortEscapes.has(source[at + 1] ?? 0)) return null;
        hasEscapes = true;
        at += 2;
      } else if (code >= 128) ordinary = ordinaryBytes;
      else return null;
    }
    this.#at = at + 1;
    const isHigh = ordinary === ordinaryBytes;
    if (isHigh) this.isAscii = false;
    const encoding = isHigh ? 'utf8' : 'latin1';
    const text = hasEscapes ? parseJson(source.toString(encoding, start - 1, at + 1)) : source.toString(encoding, start, at);
    // Bytes that are not UTF-8 became U+FFFD, or the file has it: a question for the full parser.
    return typeof text !== 'string' || (isHigh && text.includes('\ufffd')) ? null : text;
  }

  #take(code: number): boolean {
    if (this.#source[this.#at] !== code) {
      this.#skipBlanks();
      if (this.#source[this.#at] !== code) return false;
    }
    this.#at += 1;
    return true;
  }

  /** Takes a text in its quotes. */
  #takeWord(word: Uint8Array): boolean {
    this.#skipBlanks();
    const source = this.#source;
    const start = this.#at;
    for (let index = 0; index < word.length; index += 1) {
      if (source[start + index] !== word[index]) return false;
    }
    this.#at = start + word.length;
    return true;
  }

  /** Line breaks are left to the full parser: who copies a line that was read here copies no line break. */
  #skipBlanks(): void {
    const source = this.#source;
    let at = this.#at;
    while (source[at] === 32 || source[at] === 9) at += 1;
    this.#at = at;
  }
}

const [quote, backslash, comma, colon] = [34, 92, 44, 58];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];
const [messagesKey, idKey, roleKey, contentKey] = [Buffer.from('"messages"'), Buffer.from('"id"'), Buffer.from('"role"'), Buffer.from('"content"')];
const [userRole, assistantRole, systemRole] = [Buffer.from('"user"'), Buffer.from('"assistant"'), Buffer.from('"system"')];
/** Escapes of one letter; \u may be half of a pair. */
const shortEscapes: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));
/** 1 for bytes that a text may hold as they are. */
const ordinaryBytes = Uint8Array.from({ length: 256 }, (_value, code) => (code >= 32 && code !== quote && code !== backslash ? 1 : 0));
const ordinaryAscii = ordinaryBytes.map((isOrdinary, code) => (code < 128 ? isOrdinary : 0));
