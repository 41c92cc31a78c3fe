import { WordHashes } from './words.ts';

const shingleWords = 5;
/** Smallest hashes of a document that it is found by: two documents at Jaccard 0.8 share none of 8 once in 400,000. */
const keysPerDocument = 8;
/** Further hashes to fall back on where the smallest are in everybody's boilerplate. */
const spareKeys = 24;
/** A hash that so many documents have says nothing; they are asked sparingly. */
const hotDocuments = 48;
const askedOfHot = 4;

const tableSize = 1 << 13;
const mostShingles = Math.floor(tableSize * 0.7);
const prime = 0x9e3779b1 | 0;
const primePower = Array.from({ length: shingleWords }).reduce<number>((power) => Math.imul(power, prime), 1);

export interface NearIndexInit {
  documents: number;
  /** Least Jaccard similarity of the sets of 5-word shingles. */
  threshold: number;
  /** False: a copy is not indexed, so that later ones are compared with what is kept only. */
  isIndexingCopies: boolean;
  onPair: (earlier: number, later: number, similarity: number) => void;
}

/**
 * Finds near duplicates while documents are added one after the other: lower-case words, 5-word shingles by a rolling
 * hash, an index of each document's smallest hashes, a length filter, and then the exact Jaccard similarity. Documents
 * shorter than a shingle are never near duplicates. Once two documents are known to be in one cluster they
 * are not compared again, so that a cluster of thousands costs no square of comparisons.
 */
export class NearIndex {
  readonly #init: NearIndexInit;
  readonly #words = new WordHashes();
  /** Distinct shingles of all documents, one after the other. */
  #pool: Uint32Array;
  #used = 0;
  readonly #from: Float64Array;
  readonly #to: Float64Array;
  #document = -1;
  /** The current document's set: a hash table whose entries carry the document's number. */
  readonly #set = new Uint32Array(tableSize);
  readonly #setStamp = new Int32Array(tableSize).fill(-1);
  /** Hash → documents: open addressing, chains through `#next`. */
  readonly #keys: Uint32Array;
  readonly #heads: Int32Array;
  readonly #counts: Uint16Array;
  readonly #next: Int32Array;
  readonly #smallest = new Uint32Array(keysPerDocument + spareKeys);
  readonly #asked: Int32Array;
  readonly #parent: Int32Array;

  constructor(init: NearIndexInit) {
    const documents = Math.max(1, init.documents);
    this.#init = init;
    this.#pool = new Uint32Array(documents * 100 + 4096);
    this.#from = new Float64Array(documents);
    this.#to = new Float64Array(documents);
    let capacity = 1024;
    while (capacity < documents * keysPerDocument * 1.7) capacity *= 2;
    this.#keys = new Uint32Array(capacity);
    this.#heads = new Int32Array(capacity);
    this.#counts = new Uint16Array(capacity);
    this.#next = new Int32Array(documents * keysPerDocument);
    this.#asked = new Int32Array(documents).fill(-1);
    this.#parent = Int32Array.from({ length: documents }, (_, document) => document);
  }

  /** Adds the next document, given as its texts in order. */
  add(texts: readonly string[]): void {
    const document = ++this.#document;
    this.#words.clear();
    for (const text of texts) this.#words.add(text);
    this.#shingle(document);
    if (this.#to[document] === this.#from[document]) return;
    const chosen = this.#chooseKeys(document);
    const isCopy = this.#ask(document, chosen);
    if (!isCopy || this.#init.isIndexingCopies) this.#insert(document, chosen);
    else this.#used = this.#from[document] ?? this.#used;
  }

  #shingle(document: number): void {
    const { hashes, count } = this.#words;
    if (this.#used + count + 1 > this.#pool.length) {
      const larger = new Uint32Array(Math.ceil(this.#pool.length * 1.5) + count + 1);
      larger.set(this.#pool);
      this.#pool = larger;
    }
    const pool = this.#pool;
    const set = this.#set;
    const stamp = this.#setStamp;
    const start = this.#used;
    let used = start;
    this.#from[document] = start;
    if (count >= shingleWords) {
      let rolling = 0;
      for (let at = 0; at < shingleWords; at++) rolling = (Math.imul(rolling, prime) + (hashes[at] ?? 0)) | 0;
      for (let last = shingleWords - 1; ; last++) {
        const hash = mix(rolling);
        let slot = hash & (tableSize - 1);
        while (stamp[slot] === document && set[slot] !== hash) slot = (slot + 1) & (tableSize - 1);
        if (stamp[slot] !== document) {
          stamp[slot] = document;
          set[slot] = hash;
          pool[used++] = hash;
        }
        if (last + 1 >= count || used - start >= mostShingles) break;
        const gone = Math.imul(hashes[last - shingleWords + 1] ?? 0, primePower);
        rolling = (Math.imul(rolling, prime) + (hashes[last + 1] ?? 0) - gone) | 0;
      }
    }
    this.#used = used;
    this.#to[document] = used;
  }

  /** The smallest hashes, ascending; answers how many. */
  #chooseKeys(document: number): number {
    const smallest = this.#smallest;
    const most = smallest.length;
    const pool = this.#pool;
    const end = this.#to[document] ?? 0;
    let count = 0;
    for (let at = this.#from[document] ?? 0; at < end; at++) {
      const hash = pool[at] ?? 0;
      let place: number;
      if (count < most) place = count++;
      else if (hash < (smallest[most - 1] ?? 0)) place = most - 1;
      else continue;
      while (place > 0 && (smallest[place - 1] ?? 0) > hash) {
        smallest[place] = smallest[place - 1] ?? 0;
        place--;
      }
      smallest[place] = hash;
    }
    return count;
  }

  #ask(document: number, chosen: number): boolean {
    let isCopy = false;
    let used = 0;
    for (let index = 0; index < chosen && used < keysPerDocument; index++) {
      const slot = this.#slotOf(this.#smallest[index] ?? 0);
      const isHot = (this.#counts[slot] ?? 0) >= hotDocuments;
      let asked = 0;
      for (let entry = (this.#heads[slot] ?? 0) - 1; entry >= 0; entry = this.#next[entry] ?? -1) {
        if (this.#compare(document, Math.floor(entry / keysPerDocument))) isCopy = true;
        if (isCopy && !this.#init.isIndexingCopies) return true;
        if (isHot && ++asked >= askedOfHot) break;
      }
      if (!isHot) used++;
    }
    return isCopy;
  }

  #insert(document: number, chosen: number): void {
    let used = 0;
    for (let index = 0; index < chosen && used < keysPerDocument; index++) {
      const key = this.#smallest[index] ?? 0;
      const slot = this.#slotOf(key);
      if ((this.#counts[slot] ?? 0) >= hotDocuments) continue;
      const entry = document * keysPerDocument + used++;
      this.#keys[slot] = key === 0 ? 1 : key;
      this.#next[entry] = (this.#heads[slot] ?? 0) - 1;
      this.#heads[slot] = entry + 1;
      this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    }
  }

  /** Where a hash is in the table, or the free slot where it would be. */
  #slotOf(hash: number): number {
    const key = hash === 0 ? 1 : hash;
    const mask = this.#keys.length - 1;
    let slot = Math.imul(key, prime) & mask;
    while (this.#heads[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #compare(document: number, earlier: number): boolean {
    if (this.#asked[earlier] === document) return false;
    this.#asked[earlier] = document;
    const { threshold, onPair } = this.#init;
    const size = (this.#to[document] ?? 0) - (this.#from[document] ?? 0);
    const other = (this.#to[earlier] ?? 0) - (this.#from[earlier] ?? 0);
    if (Math.min(size, other) < threshold * Math.max(size, other)) return false;
    if (this.#rootOf(document) === this.#rootOf(earlier)) return true;
    const similarity = this.#similarity(document, earlier);
    if (similarity < threshold) return false;
    this.#unite(document, earlier);
    onPair(earlier, document, similarity);
    return true;
  }

  /** Exact Jaccard similarity of the two sets of shingles. */
  #similarity(document: number, earlier: number): number {
    const pool = this.#pool;
    const set = this.#set;
    const stamp = this.#setStamp;
    const start = this.#from[earlier] ?? 0;
    const end = this.#to[earlier] ?? 0;
    let shared = 0;
    for (let at = start; at < end; at++) {
      const hash = pool[at] ?? 0;
      let slot = hash & (tableSize - 1);
      while (stamp[slot] === document) {
        if (set[slot] === hash) {
          shared++;
          break;
        }
        slot = (slot + 1) & (tableSize - 1);
      }
    }
    return shared / ((this.#to[document] ?? 0) - (this.#from[document] ?? 0) + end - start - shared);
  }

  #rootOf(document: number): number {
    const parent = this.#parent;
    let root = document;
    while (parent[root] !== root) {
      const up = parent[root] ?? root;
      parent[root] = parent[up] ?? up;
      root = up;
    }
    return root;
  }

  #unite(a: number, b: number): void {
    const first = this.#rootOf(a);
    const second = this.#rootOf(b);
    this.#parent[Math.max(first, second)] = Math.min(first, second);
  }
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
