/**
 * What was worked out about versions, by key. A version never changes, so nothing goes stale; the oldest goes when there
 * are more than `capacity`.
 */
export class VersionCache {
  readonly #known = new Map<string, unknown>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** What is known for a key, or else what `work` answers. Only finished work is kept. */
  async get<T>(key: CacheKey<T>, work: () => Promise<T>): Promise<T> {
    if (this.#known.has(key)) {
      const value = this.#known.get(key);
      this.#keep(key, value);
      // A key of this type was set with a value of this type and with no other.
      return value as T;
    }
    const value = await work();
    this.#keep(key, value);
    return value;
  }

  #keep(key: string, value: unknown): void {
    this.#known.delete(key);
    this.#known.set(key, value);
    const [oldest] = this.#known.keys();
    if (this.#known.size > this.#capacity && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** Says which work on which version, and what it answers. */
export type CacheKey<T> = string & { readonly __answer?: T };

export function cacheKey<T>(kind: string, version: { id: string; version: number; sha256: string }, request: unknown): CacheKey<T> {
  return `${kind} ${version.id} ${String(version.version)} ${version.sha256} ${JSON.stringify(request)}`;
}
