/**
 * Looks for infinities and NaNs in a safetensors file of one element type that arrives in pieces. A value is not finite
 * when all bits of its exponent are set, whatever its mantissa.
 */
export class NonFiniteSearch {
  readonly #search: (data: Buffer) => boolean;
  #head: Buffer = Buffer.alloc(0);
  #isPastHeader = false;
  #carry: Buffer = Buffer.alloc(0);
  hasFound = false;

  constructor(dtype: 'F32' | 'F16' | 'BF16') {
    if (dtype === 'F32') this.#search = searchWords;
    else if (dtype === 'BF16') this.#search = (data) => searchHalves(data, 0x7f80);
    else this.#search = (data) => searchHalves(data, 0x7c00);
  }

  add(piece: Buffer): void {
    const data = this.#isPastHeader ? piece : this.#afterHeader(piece);
    if (this.hasFound || data.length === 0) return;
    const joined = this.#carry.length === 0 ? data : Buffer.concat([this.#carry, data]);
    // Values may be cut between pieces; whole words hold whole values of every type.
    const whole = joined.length - (joined.length % 4);
    this.hasFound = this.#search(joined.subarray(0, whole));
    this.#carry = joined.subarray(whole);
  }

  end(): void {
    if (!this.hasFound) this.hasFound = this.#search(this.#carry);
  }

  #afterHeader(piece: Buffer): Buffer {
    this.#head = Buffer.concat([this.#head, piece]);
    if (this.#head.length < 8) return Buffer.alloc(0);
    const start = 8 + Number(this.#head.readBigUInt64LE());
    if (this.#head.length < start) return Buffer.alloc(0);
    this.#isPastHeader = true;
    return this.#head.subarray(start);
  }
}

function searchWords(data: Buffer): boolean {
  for (let at = 0; at + 4 <= data.length; at += 4) if ((data.readUInt32LE(at) & 0x7f800000) === 0x7f800000) return true;
  return false;
}

function searchHalves(data: Buffer, exponent: number): boolean {
  for (let at = 0; at + 2 <= data.length; at += 2) if ((data.readUInt16LE(at) & exponent) === exponent) return true;
  return false;
}
