const sliceMs = 8;

/**
 * Works that can wait, in slices between which requests are answered. A work is a generator whose steps are short; the
 * newest one of a key takes the place of the one before.
 */
export class Slices {
  readonly #works = new Map<string, Iterator<void>>();
  readonly #onError: (error: unknown) => void;
  #isPlanned = false;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  put(key: string, work: Iterator<void>): void {
    this.#works.delete(key);
    this.#works.set(key, work);
    this.#plan();
  }

  drop(key: string): void {
    this.#works.delete(key);
  }

  dispose(): void {
    this.#works.clear();
  }

  #plan(): void {
    if (this.#isPlanned || this.#works.size === 0) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.#slice();
      this.#plan();
    });
  }

  /** The newest work first: it is what a person has just opened or changed. */
  #slice(): void {
    const end = performance.now() + sliceMs;
    for (let newest = [...this.#works].at(-1); newest !== undefined && performance.now() < end; newest = [...this.#works].at(-1)) {
      const [key, work] = newest;
      try {
        while (performance.now() < end) {
          if (work.next().done !== true) continue;
          this.#works.delete(key);
          break;
        }
      } catch (error) {
        this.#works.delete(key);
        this.#onError(error);
      }
    }
  }
}
