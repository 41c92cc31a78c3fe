import { expect, it } from 'vitest';
import { ownIdentity, type ProcessIdentity } from '../../../src/backend/platform/process.ts';
import { beatLease, isHeld, LeaseWatch, readLease, releaseLease, takeLease } from '../../../src/backend/store/leases.ts';
import { testStore } from '../../support/testStore.ts';

const own = ownIdentity();
const dead: ProcessIdentity = { ...own, startTime: 'an earlier process with the same pid' };
const beforeRestart: ProcessIdentity = { ...own, bootId: 'an earlier boot' };
const elsewhere: ProcessIdentity = { ...own, host: 'another-host' };

it('has one holder', () => {
  const { store } = testStore();
  expect(takeLease(store, 'worker', own)).toBe(1);
  expect(takeLease(store, 'worker', own)).toBeNull();
  expect(isHeld(readLease(store, 'worker'))).toBe(true);
});

it.each([['whose pid is another process by now', dead], ['of an earlier boot', beforeRestart]])('is taken from a holder %s', (_what, holder) => {
  const { store } = testStore();
  takeLease(store, 'worker', holder);
  expect(takeLease(store, 'worker', own)).toBe(2);
});

it('refuses the heartbeat of a superseded holder', () => {
  const { store } = testStore();
  const old = takeLease(store, 'worker', dead) ?? 0;
  takeLease(store, 'worker', own);
  expect(beatLease(store, 'worker', old)).toBe(false);
  releaseLease(store, 'worker', old);
  expect(isHeld(readLease(store, 'worker'))).toBe(true);
});

it('is taken from a living holder only when its heartbeat was seen to stand still', () => {
  const { store, clock } = testStore();
  const first = takeLease(store, 'worker', elsewhere) ?? 0;
  const watch = new LeaseWatch(store, 'worker');
  watch.stillMs();
  clock.advance(9000);
  beatLease(store, 'worker', first);
  expect(watch.stillMs().ms).toBe(0);
  clock.advance(11_000);
  expect(watch.stillMs()).toEqual({ token: first, ms: 11_000 });
  expect(takeLease(store, 'worker', own, first - 1)).toBeNull();
  expect(takeLease(store, 'worker', own, first)).toBe(2);
});

it('does not expire because the wall clock jumped', () => {
  const { store, clock } = testStore();
  takeLease(store, 'worker', elsewhere);
  const watch = new LeaseWatch(store, 'worker');
  watch.stillMs();
  clock.wallMs += 24 * 3600 * 1000;
  expect(watch.stillMs().ms).toBe(0);
  clock.setBack(48 * 3600 * 1000);
  clock.risingMs += 500;
  expect(watch.stillMs().ms).toBe(500);
});
