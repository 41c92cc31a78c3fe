import type { TextCounts } from './quality.ts';
import { bindsSecret, holdsLongToken, longTokenUnits, type SecretSigns } from './secretSigns.ts';
import { countUnspacedWords, isUnspaced } from './unspacedWords.ts';

/** Longer texts are hashed and judged by their beginning; a caller that compares rows compares them whole. */
const longestScan = 1 << 20;
const firstSize = 1 << 16;

/** Classes of bytes; letters and digits are the lowest, so that one comparison tells a word. */
const letter = 0;
const digit = 1;
const space = 2;
const symbol = 4;
const ending = 8;
/** A bit that no other class has, as is the one below. */
const control = 16;
/** A colon or an equals sign: what may bind a secret to its name. */
const binding = 32;

const multiplyLow = 0x9e3779b1;
const multiplyHigh = 0x85ebca6b;
const wordPrime = 0x01000193;

/**
 * One pass over texts in their normal form (lower case, NFKC where not ASCII, white space closed up): a 64-bit hash in
 * two halves, and the counts of the quality rubric. Works on bytes in a buffer of its own: strings are slow to walk.
 */
export class TextScanner implements SecretSigns {
  readonly counts: TextCounts = { letters: 0, digits: 0, symbols: 0, words: 0, trigrams: 0, repeatedTrigrams: 0, sentences: 0, repeatedSentences: 0 };
  hashLow = 0;
  hashHigh = 0;
  /** The last text had bytes beyond ASCII, or control characters: worth a closer look. */
  isUnusual = false;
  hasBinding = false;
  /** There were as many bytes without a blank as a long token has. */
  #hasLongRun = false;
  #size = 0;
  /** There is more of the text than is looked at: who asks for signs must look at it himself. */
  #isCut = false;
  #bytes = Buffer.allocUnsafeSlow(firstSize);
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

  /** Adds a text to the hash, word by word: how much white space lies between does not count. */
  hash(text: string): void {
    const size = this.#load(text);
    const bytes = this.#bytes;
    const foldedOf = folding;
    let low = this.hashLow;
    let high = this.hashHigh;
    let seen = 0;
    // Negative once a run was long enough.
    let runs = 0;
    let at = 0;
    bytes[size] = 32;
    while (at < size) {
      let folded = foldedOf[bytes[at] ?? 0] ?? 0;
      if (folded === blank) {
        at += 1;
        continue;
      }
      const start = at;
      let word = 0;
      do {
        word = (Math.imul(word, wordPrime) + (folded & 0xff)) | 0;
        seen |= folded;
        at += 1;
        folded = foldedOf[bytes[at] ?? 0] ?? 0;
      } while (folded !== blank);
      runs |= longTokenUnits - 1 - (at - start);
      low = Math.imul(low ^ word, multiplyLow);
      low ^= low >>> 15;
      high = Math.imul((high + word) | 0, multiplyHigh);
      high = (high << 13) | (high >>> 19);
    }
    this.hashLow = low;
    this.hashHigh = high;
    if ((seen & (control << 8)) !== 0) this.isUnusual = true;
    this.hasBinding = this.#isCut || ((seen & (binding << 8)) !== 0 && this.#bindsSecret(size));
    this.#hasLongRun = runs < 0;
  }

  /** Adds a text to the counts, and its words and marks to the hash (in another way than `hash` does). */
  scan(text: string): void {
    const size = this.#load(text);
    const bytes = this.#bytes;
    const seen = this.#seen;
    const foldedOf = folding;
    let letters = 0;
    let digits = 0;
    let symbols = 0;
    let words = 0;
    let repeatedTrigrams = 0;
    let sentences = 0;
    let repeatedSentences = 0;
    let before = 0;
    let beforeThat = 0;
    let sentence = 0;
    let sentenceWords = 0;
    let low = this.hashLow;
    let high = this.hashHigh;
    let unusual = 0;
    let hasBinding = false;
    let runs = 0;
    let gap = 0;
    let at = 0;
    // The blank behind the text ends its last word.
    bytes[size] = 32;
    while (at < size) {
      let folded = foldedOf[bytes[at] ?? 0] ?? 0;
      if (folded < afterDigits) {
        const start = at;
        let word = 0;
        let digitsHere = 0;
        do {
          word = (Math.imul(word, wordPrime) + (folded & 0xff)) | 0;
          digitsHere += folded >> 8;
          at += 1;
          folded = foldedOf[bytes[at] ?? 0] ?? 0;
        } while (folded < afterDigits);
        digits += digitsHere;
        letters += at - start - digitsHere;
        words += 1;
        low = Math.imul(low ^ word, multiplyLow);
        low ^= low >>> 15;
        high = Math.imul((high + word) | 0, multiplyHigh);
        high = (high << 13) | (high >>> 19);
        sentence = (Math.imul(sentence, 31) + word) | 0;
        sentenceWords += 1;
        if (words > 2) repeatedTrigrams += seen.add(Math.imul(beforeThat, multiplyHigh) ^ Math.imul(before, 0xc2b2ae35) ^ word);
        beforeThat = before;
        before = word;
        if (at === size) break;
      }
      at += 1;
      if (folded === blank) {
        runs |= longTokenUnits - (at - gap);
        gap = at;
        continue;
      }
      const kind = folded >> 8;
      const byte = folded & 0xff;
      low = Math.imul(low ^ byte, multiplyLow);
      high = Math.imul((high + byte) | 0, multiplyHigh);
      if (kind === control) unusual = 1;
      else symbols += 1;
      if (kind === ending) {
        if (sentenceWords > 3) {
          sentences += 1;
          repeatedSentences += seen.add(sentence ^ 0x5bd1e995);
        }
        sentence = 0;
        sentenceWords = 0;
      } else if (kind === binding && !hasBinding) {
        hasBinding = bindsSecret(bytes, at - 1, size);
      }
    }
    const { counts } = this;
    counts.letters += letters;
    counts.digits += digits;
    counts.symbols += symbols;
    // Only what is not ASCII is looked at twice. The hash stays that of the bytes, whatever dictionary finds the words.
    const found =
      this.isUnusual && isUnspaced(text)
        ? countUnspacedWords(text, (hash) => seen.add(hash))
        : { words, trigrams: Math.max(0, words - 2), repeatedTrigrams, sentences, repeatedSentences };
    counts.words += found.words;
    counts.trigrams += found.trigrams;
    counts.repeatedTrigrams += found.repeatedTrigrams;
    counts.sentences += found.sentences;
    counts.repeatedSentences += found.repeatedSentences;
    this.hashLow = low ^ (low >>> 15);
    this.hashHigh = (high << 13) | (high >>> 19);
    if (unusual === 1) this.isUnusual = true;
    this.hasBinding = hasBinding || this.#isCut;
    this.#hasLongRun = (runs | (longTokenUnits - 1 - (size - gap))) < 0;
  }

  /** Of the last text, as are the others. */
  get hasLongToken(): boolean {
    return this.#isCut || (this.#hasLongRun && holdsLongToken(this.#bytes, this.#size));
  }

  #bindsSecret(size: number): boolean {
    const bytes = this.#bytes;
    for (let at = 0; at < size; at += 1) {
      if ((folding[bytes[at] ?? 0] ?? 0) >> 8 === binding && bindsSecret(bytes, at, size)) return true;
    }
    return false;
  }

  /** Writes the text into the buffer; one that is not ASCII in lower case, composed and closed up. */
  #load(text: string): number {
    this.#isCut = text.length > longestScan;
    const beginning = this.#isCut ? text.slice(0, longestScan) : text;
    const size = this.#write(beginning);
    this.isUnusual = size !== beginning.length;
    this.#size = this.isUnusual ? this.#write(beginning.toLowerCase().normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()) : size;
    return this.#size;
  }

  /** UTF-8 takes up to three bytes a unit; the rest is room for the blank behind the text. */
  #write(text: string): number {
    const needed = text.length * 3 + 8;
    if (needed > this.#bytes.length) {
      this.#bytes = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(needed)));
    }
    return this.#bytes.write(text, 0, 'utf8');
  }
}

/** Spreads a half of a hash over all its bits; unsigned. */
export function finish(half: number, other: number): number {
  let value = half ^ (other >>> 13);
  value = Math.imul(value ^ (value >>> 16), multiplyHigh);
  return (value ^ (value >>> 15)) >>> 0;
}

/**
 * Which hashes came up in this row. Full places are given up on: a count in a very long text is a lower bound.
 * An entry is the row's stamp (8 bits), the hash without what its place tells (20 bits), and how far from it (4 bits):
 * one word instead of two, and a table that stays in the fastest cache.
 */
class SeenHashes {
  readonly #entries = new Uint32Array(1 << 12);
  #stamp = 0;

  clear(): void {
    this.#stamp += 1;
    if (this.#stamp < 256) return;
    this.#stamp = 1;
    this.#entries.fill(0);
  }

  /** 1 when the hash came up before, else 0. */
  add(hash: number): 0 | 1 {
    const entries = this.#entries;
    const stamp = this.#stamp;
    const place = hash ^ (hash >>> 12);
    const wanted = ((stamp << 24) | ((hash >>> 12) << 4)) >>> 0;
    for (let probe = 0; probe < 16; probe += 1) {
      const entry = entries[(place + probe) & 0xfff] ?? 0;
      if (entry === wanted + probe) return 1;
      if (entry >>> 24 !== stamp) {
        entries[(place + probe) & 0xfff] = wanted + probe;
        return 0;
      }
    }
    return 0;
  }
}

/** The class of a byte (high) and the byte in lower case (low); everything beyond ASCII is part of some letter. */
const folding = Uint16Array.from({ length: 256 }, (_value, code) => (classOf(code) << 8) | (code >= 65 && code <= 90 ? code + 32 : code >= 9 && code <= 13 ? 32 : code));
const blank = (space << 8) | 32;
const afterDigits = (digit + 1) << 8;

function classOf(code: number): number {
  if (code === 32 || (code >= 9 && code <= 13)) return space;
  if (code < 32 || code === 127) return control;
  if (code >= 128 || (code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return letter;
  if (code >= 48 && code <= 57) return digit;
  if (code === 58 || code === 61) return binding;
  return code === 46 || code === 33 || code === 63 ? ending : symbol;
}
