/** Keeps up to `limit` open things; opening one more closes the one used least recently. One caller at a time. */
export class LeastRecentlyUsed<Value> {
  readonly #limit: number;
  readonly #close: (value: Value) => Promise<void>;
  readonly #open = new Map<string, Value>();
  hits = 0;
  evictions = 0;

  constructor(limit: number, close: (value: Value) => Promise<void>) {
    this.#limit = limit;
    this.#close = close;
  }

  values(): Value[] {
    return [...this.#open.values()];
  }

  /** The value under `key` where there is one that `suits`, else a new one in its place. */
  async take(key: string, suits: (value: Value) => boolean, make: () => Promise<Value>): Promise<Value> {
    const existing = this.#open.get(key);
    if (existing !== undefined && suits(existing)) {
      this.hits += 1;
      this.#open.delete(key);
      this.#open.set(key, existing);
      return existing;
    }
    if (existing !== undefined) await this.remove(key);
    while (this.#open.size >= this.#limit) {
      const [oldest] = this.#open.keys();
      if (oldest === undefined) break;
      this.evictions += 1;
      await this.remove(oldest);
    }
    const made = await make();
    this.#open.set(key, made);
    return made;
  }

  async removeWhere(matches: (key: string) => boolean): Promise<void> {
    for (const key of [...this.#open.keys()]) if (matches(key)) await this.remove(key);
  }

  async remove(key: string): Promise<void> {
    const value = this.#open.get(key);
    this.#open.delete(key);
    if (value !== undefined) await this.#close(value);
  }
}
