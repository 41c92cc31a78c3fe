import { expect, it } from 'vitest';
import { maxRetryMs, RetryClock, retryDelay } from '../../../src/backend/jobs/retryClock.ts';
import { TestClock } from '../../support/testClock.ts';

it('measures its own back-off on the monotonic clock', () => {
  const clock = new TestClock();
  const retries = new RetryClock(clock);
  const notBefore = new Date(clock.wallMs + 5000).toISOString();
  retries.schedule('job_a', 5000);
  clock.setBack(3600_000);
  expect(retries.isDue('job_a', notBefore)).toBe(false);
  clock.risingMs += 5000;
  expect(retries.isDue('job_a', notBefore)).toBe(true);
});

it('waits out one that an earlier worker began, unless the clock was set back since', () => {
  const clock = new TestClock();
  const retries = new RetryClock(clock);
  const notBefore = new Date(clock.wallMs + 5000).toISOString();
  expect(retries.isDue('job_a', notBefore)).toBe(false);
  clock.setBack(3600_000);
  expect(retries.isDue('job_a', notBefore)).toBe(true);
  expect(retries.isDue('job_b', null)).toBe(true);
});

it('grows, and has a limit', () => {
  expect([1, 2, 3, 9].map((attempts) => retryDelay(5000, attempts))).toEqual([5000, 20_000, 80_000, maxRetryMs]);
});
