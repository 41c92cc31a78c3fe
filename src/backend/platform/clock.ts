import { setTimeout as delay } from 'node:timers/promises';

/**
 * Two clocks. `now` is the wall clock: it may jump, so it only labels rows. `monotonicMs` only rises: leases,
 * back-offs and durations are measured with it.
 */
export interface Clock {
  now(): Date;
  monotonicMs(): number;
  /** Resolves after `ms`, or at once when the signal is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch {
      // The only rejection is the abort, and that is what the caller asked for.
    }
  },
};

/** Blocks the thread. Only for the few milliseconds in which another process holds a file that both need. */
export function blockMs(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
