import type { TextCounts } from './quality.ts';

/** Longer texts are hashed and judged by their beginning; a caller that compares rows compares them whole. */
const longestScan = 1 << 20;
const firstSize = 1 << 16;

/** Classes of bytes; letters and digits are the lowest, so that one comparison tells a word. */
const letter = 0;
const digit = 1;
const space = 2;
const symbol = 3;
const ending = 4;
const control = 5;

const multiplyLow = 0x9e3779b1;
const multiplyHigh = 0x85ebca6b;
const wordPrime = 0x01000193;

/**
 * One pass over texts in their normal form (lower case, NFKC where not ASCII, white space closed up): a 64-bit hash in
 * two halves, and the counts of the quality rubric. Works on bytes in a buffer of its own: strings are slow to walk.
 */
export class TextScanner {
  readonly counts: TextCounts = { letters: 0, digits: 0, symbols: 0, words: 0, trigrams: 0, repeatedTrigrams: 0, sentences: 0, repeatedSentences: 0 };
  hashLow = 0;
  hashHigh = 0;
  /** The last text had bytes beyond ASCII, or control characters: worth a closer look. */
  isUnusual = false;
  #bytes = Buffer.allocUnsafeSlow(firstSize);
  #words = new Uint32Array(this.#bytes.buffer);
  readonly #seen = new SeenHashes();

  begin(): void {
    const { counts } = this;
    counts.letters = counts.digits = counts.symbols = counts.words = 0;
    counts.trigrams = counts.repeatedTrigrams = counts.sentences = counts.repeatedSentences = 0;
    this.hashLow = 0x811c9dc5 | 0;
    this.hashHigh = 0x2f0b4c47;
    this.#seen.clear();
  }

  /** Adds a small number (a role, a label) to the hash. */
  mark(value: number): void {
    this.hashLow = Math.imul(this.hashLow ^ value, wordPrime);
    this.hashHigh = (this.hashHigh + Math.imul(value, multiplyHigh)) | 0;
  }

  /** Adds a text to the hash. */
  hash(text: string): void {
    const size = this.#load(text);
    const bytes = this.#bytes;
    // Without branches: a mask is -1 where a byte is white space or a control character, else 0.
    let before = -1;
    let needsClosing = 0;
    let unusual = 0;
    for (let at = 0; at < size; at += 1) {
      const byte = bytes[at] ?? 0;
      const mask = (byte - 33) >> 31;
      needsClosing |= mask & (before | (byte ^ 32));
      unusual |= controlBit[byte] ?? 0;
      before = mask;
    }
    if (unusual !== 0) this.isUnusual = true;
    this.#mix((needsClosing | before) === 0 ? size : this.#closeUp(size));
  }

  /** Adds a text to the hash and to the counts. */
  scan(text: string): void {
    const size = this.#load(text);
    const bytes = this.#bytes;
    const seen = this.#seen;
    const kinds = classOf;
    let letters = 0;
    let digits = 0;
    let symbols = 0;
    let words = 0;
    let repeatedTrigrams = 0;
    let sentences = 0;
    let repeatedSentences = 0;
    let word = 0;
    let before = 0;
    let beforeThat = 0;
    let sentence = 0;
    let sentenceWords = 0;
    let wasSpace = -1;
    let needsClosing = 0;
    let unusual = 0;
    let at = 0;
    // The blank behind the text ends its last word.
    bytes[size] = 32;
    while (at < size) {
      let kind = kinds[bytes[at] ?? 0] ?? 0;
      if (kind <= digit) {
        const start = at;
        word = 0;
        let digitsHere = 0;
        do {
          word = (Math.imul(word, wordPrime) + (bytes[at] ?? 0)) | 0;
          digitsHere += kind;
          at += 1;
          kind = kinds[bytes[at] ?? 0] ?? 0;
        } while (kind <= digit);
        digits += digitsHere;
        letters += at - start - digitsHere;
        words += 1;
        sentence = (Math.imul(sentence, 31) + word) | 0;
        sentenceWords += 1;
        if (words > 2) repeatedTrigrams += seen.add(Math.imul(beforeThat, multiplyHigh) ^ Math.imul(before, 0xc2b2ae35) ^ word);
        beforeThat = before;
        before = word;
        wasSpace = 0;
        if (at === size) break;
      }
      const byte = bytes[at] ?? 0;
      at += 1;
      if (kind === space) {
        needsClosing |= wasSpace | (byte ^ 32);
        wasSpace = -1;
        continue;
      }
      wasSpace = 0;
      if (kind === control) unusual = 1;
      else symbols += 1;
      if (kind === ending) {
        if (sentenceWords > 3) {
          sentences += 1;
          repeatedSentences += seen.add(sentence ^ 0x5bd1e995);
        }
        sentence = 0;
        sentenceWords = 0;
      }
    }
    const { counts } = this;
    counts.letters += letters;
    counts.digits += digits;
    counts.symbols += symbols;
    counts.words += words;
    counts.trigrams += Math.max(0, words - 2);
    counts.repeatedTrigrams += repeatedTrigrams;
    counts.sentences += sentences;
    counts.repeatedSentences += repeatedSentences;
    if (unusual === 1) this.isUnusual = true;
    this.#mix((needsClosing | wasSpace) === 0 ? size : this.#closeUp(size));
  }

  /** Writes the lower-case text into the buffer; a text that is not ASCII is composed and closed up first. */
  #load(text: string): number {
    const lower = (text.length > longestScan ? text.slice(0, longestScan) : text).toLowerCase();
    const size = this.#write(lower);
    this.isUnusual = size !== lower.length;
    return this.isUnusual ? this.#write(lower.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()) : size;
  }

  /** UTF-8 takes up to three bytes a unit; the rest is room for the last blank and the last four bytes. */
  #write(text: string): number {
    const needed = text.length * 3 + 8;
    if (needed > this.#bytes.length) {
      this.#bytes = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(needed)));
      this.#words = new Uint32Array(this.#bytes.buffer);
    }
    return this.#bytes.write(text, 0, 'utf8');
  }

  /** White space closed up to single blanks, none at the ends. */
  #closeUp(size: number): number {
    const bytes = this.#bytes;
    let to = 0;
    let before = 1;
    for (let at = 0; at < size; at += 1) {
      const byte = bytes[at] ?? 0;
      const blank = spaceBit[byte] ?? 0;
      bytes[to] = blank === 1 ? 32 : byte;
      to += 1 - (blank & before);
      before = blank;
    }
    return to > 0 && before === 1 ? to - 1 : to;
  }

  /** Mixes the first bytes of the buffer into the hash, four at a time. */
  #mix(size: number): void {
    const count = (size + 3) >> 2;
    for (let at = size; at < count * 4; at += 1) this.#bytes[at] = 0;
    const words = this.#words;
    let low = this.hashLow ^ size;
    let high = this.hashHigh;
    for (let at = 0; at < count; at += 1) {
      const word = words[at] ?? 0;
      low = Math.imul(low ^ word, multiplyLow);
      low ^= low >>> 15;
      high = Math.imul((high + word) | 0, multiplyHigh);
      high = (high << 13) | (high >>> 19);
    }
    this.hashLow = low;
    this.hashHigh = high;
  }
}

/** Spreads a half of a hash over all its bits; unsigned. */
export function finish(half: number, other: number): number {
  let value = half ^ (other >>> 13);
  value = Math.imul(value ^ (value >>> 16), multiplyHigh);
  return (value ^ (value >>> 15)) >>> 0;
}

/** Which hashes came up in this row. Full places are given up on: a count in a very long text is a lower bound. */
class SeenHashes {
  readonly #hashes = new Uint32Array(1 << 12);
  readonly #rows = new Uint32Array(1 << 12);
  #row = 0;

  clear(): void {
    this.#row += 1;
  }

  /** 1 when the hash came up before, else 0. */
  add(hash: number): number {
    const wanted = hash >>> 0;
    let place = (wanted ^ (wanted >>> 12)) & 0xfff;
    for (let probe = 0; probe < 16; probe += 1) {
      if (this.#rows[place] !== this.#row) {
        this.#rows[place] = this.#row;
        this.#hashes[place] = wanted;
        return 0;
      }
      if (this.#hashes[place] === wanted) return 1;
      place = (place + 1) & 0xfff;
    }
    return 0;
  }
}

/** Classes of bytes after lower-casing; everything beyond ASCII is part of some letter. */
const classOf = Uint8Array.from({ length: 256 }, (_value, code) => {
  if (code === 32 || (code >= 9 && code <= 13)) return space;
  if (code < 32 || code === 127) return control;
  if (code >= 128 || (code >= 97 && code <= 122)) return letter;
  if (code >= 48 && code <= 57) return digit;
  return code === 46 || code === 33 || code === 63 ? ending : symbol;
});
const controlBit = Uint8Array.from(classOf, (kind) => (kind === control ? 1 : 0));
const spaceBit = Uint8Array.from(classOf, (kind) => (kind === space ? 1 : 0));
