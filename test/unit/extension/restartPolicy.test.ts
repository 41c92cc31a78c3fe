import { expect, test } from 'vitest';
import { RestartPolicy } from '../../../src/extension/client/restartPolicy.ts';

function policyAt(start = 0): { policy: RestartPolicy; pass: (ms: number) => void } {
  let now = start;
  return { policy: new RestartPolicy(() => now), pass: (ms) => (now += ms) };
}

test('starts a backend again that ran, twenty times in a row', () => {
  const { policy, pass } = policyAt();
  for (let end = 0; end < 20; end++) {
    policy.noteRunning();
    pass(1000);
    expect(policy.mayRestart()).toBe(true);
  }
});

test('gives up on a backend that never comes up', () => {
  const { policy } = policyAt();
  expect([1, 2, 3, 4].map(() => policy.mayRestart())).toEqual([true, true, true, false]);
});

test('gives up on a backend that comes up and ends again and again', () => {
  const { policy, pass } = policyAt();
  const ends = Array.from({ length: 40 }, () => {
    policy.noteRunning();
    pass(1000);
    return policy.mayRestart();
  });
  expect(ends.at(-1)).toBe(false);
});

test('forgets ends that are long past', () => {
  const { policy, pass } = policyAt();
  const ends = Array.from({ length: 100 }, () => {
    policy.noteRunning();
    pass(60_000);
    return policy.mayRestart();
  });
  expect(ends).not.toContain(false);
});
