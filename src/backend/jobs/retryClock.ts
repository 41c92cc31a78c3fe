import type { Clock } from '../platform/clock.ts';

/** Longest back-off that is ever stored. */
export const maxRetryMs = 5 * 60_000;

/** Back-off before the next attempt: base, then four times as long each time. */
export function retryDelay(baseMs: number, attempts: number): number {
  return Math.min(maxRetryMs, baseMs * 4 ** Math.max(0, attempts - 1));
}

/**
 * Says when a delayed job is due. A delay that this process began is measured on the monotonic clock; one found in the
 * database by the wall clock, and a time further ahead than any back-off means that the wall clock was set back.
 */
export class RetryClock {
  readonly #clock: Clock;
  readonly #dueAtMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  schedule(jobId: string, afterMs: number): void {
    this.#dueAtMs.set(jobId, this.#clock.monotonicMs() + afterMs);
  }

  forget(jobId: string): void {
    this.#dueAtMs.delete(jobId);
  }

  isDue(jobId: string, notBefore: string | null): boolean {
    if (notBefore === null) return true;
    const dueAtMs = this.#dueAtMs.get(jobId);
    if (dueAtMs !== undefined) return this.#clock.monotonicMs() >= dueAtMs;
    const aheadMs = Date.parse(notBefore) - this.#clock.now().getTime();
    return !(aheadMs > 0 && aheadMs <= maxRetryMs);
  }
}
