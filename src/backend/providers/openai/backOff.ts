/** How often and how long to try again while nothing of an answer was shown. */
export interface RetryPolicy {
  /** Further tries after the first. */
  retries: number;
  /** Pause before the first of them; each later one is twice as long. */
  baseMs: number;
  /** A server that asks for a longer pause is not waited for: a person can decide better. */
  longestMs: number;
}

export const usualRetries: RetryPolicy = { retries: 4, baseMs: 1000, longestMs: 60_000 };

/**
 * Pause before the try after `failed` failures; null where to give up. Half of the pause is by chance, so that parallel
 * calls which failed together do not come back together.
 */
export function pauseMs(policy: RetryPolicy, failed: number, askedMs: number | null): number | null {
  if (failed > policy.retries) return null;
  if (askedMs !== null) return askedMs > policy.longestMs ? null : askedMs;
  const full = Math.min(policy.longestMs, policy.baseMs * 2 ** (failed - 1));
  return full / 2 + Math.random() * (full / 2);
}
