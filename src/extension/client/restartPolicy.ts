/** A backend that dies this often without an answer in between will not come up. */
const mostEarlyEnds = 4;
const mostEndsPerWindow = 30;
const windowMs = 5 * 60_000;

/** Decides whether a backend that ended is started again: always, unless it dies at once or dies again and again. */
export class RestartPolicy {
  readonly #now: () => number;
  #ends: number[] = [];
  #earlyEnds = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** It came up and answered. */
  noteRunning(): void {
    this.#earlyEnds = 0;
  }

  /** It ended; true when it may be started again. */
  mayRestart(): boolean {
    const now = this.#now();
    this.#earlyEnds += 1;
    this.#ends = [...this.#ends.filter((at) => now - at < windowMs), now];
    return this.#earlyEnds < mostEarlyEnds && this.#ends.length <= mostEndsPerWindow;
  }
}
