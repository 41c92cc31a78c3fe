const initialCapacity = 1 << 8;
/** Parts grow one at a time: doubling a single large table would hold the thread for as long as a frame or two. */
const parts = 64;

/**
 * 64-bit hashes with the row that has each: open addressing in typed arrays, 12 bytes a slot, grown at 60 %.
 * Several rows may share a hash; `find` asks `isSame` about each and stops at the first that is.
 */
export class DuplicateTable {
  readonly #parts = Array.from({ length: parts }, () => new Part());

  /** The row with this hash for which `isSame` holds, or -1. */
  find(low: number, high: number, isSame: (row: number) => boolean): number {
    return this.#partOf(high).find(low, high, isSame);
  }

  add(low: number, high: number, row: number): void {
    this.#partOf(high).add(low, high, row);
  }

  #partOf(high: number): Part {
    const part = this.#parts[high >>> 26];
    if (part === undefined) throw new Error('a half of a hash is an unsigned 32-bit number');
    return part;
  }
}

class Part {
  #low = new Uint32Array(initialCapacity);
  #high = new Uint32Array(initialCapacity);
  /** Row + 1, so that 0 is a free slot. */
  #row = new Uint32Array(initialCapacity);
  #used = 0;

  /** The row with this hash for which `isSame` holds, or -1. */
  find(low: number, high: number, isSame: (row: number) => boolean): number {
    const mask = this.#row.length - 1;
    for (let slot = slotOf(low, high) & mask; ; slot = (slot + 1) & mask) {
      const row = this.#row[slot] ?? 0;
      if (row === 0) return -1;
      if (this.#low[slot] === low && this.#high[slot] === high && isSame(row - 1)) return row - 1;
    }
  }

  add(low: number, high: number, row: number): void {
    if ((this.#used + 1) * 5 > this.#row.length * 3) this.#grow();
    insert(this.#low, this.#high, this.#row, low, high, row + 1);
    this.#used++;
  }

  #grow(): void {
    const capacity = this.#row.length * 2;
    const low = new Uint32Array(capacity);
    const high = new Uint32Array(capacity);
    const rows = new Uint32Array(capacity);
    for (let slot = 0; slot < this.#row.length; slot++) {
      const row = this.#row[slot] ?? 0;
      if (row !== 0) insert(low, high, rows, this.#low[slot] ?? 0, this.#high[slot] ?? 0, row);
    }
    this.#low = low;
    this.#high = high;
    this.#row = rows;
  }
}

function slotOf(low: number, high: number): number {
  return low ^ (high << 7);
}

function insert(lows: Uint32Array, highs: Uint32Array, rows: Uint32Array, low: number, high: number, value: number): void {
  const mask = rows.length - 1;
  let slot = slotOf(low, high) & mask;
  while ((rows[slot] ?? 0) !== 0) slot = (slot + 1) & mask;
  lows[slot] = low;
  highs[slot] = high;
  rows[slot] = value;
}
