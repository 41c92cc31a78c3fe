import { expect, test } from 'vitest';
import { LeastRecentlyUsed } from '../../../src/backend/inference/host/leastRecentlyUsed.ts';

function shelf(limit: number) {
  const closed: string[] = [];
  const used = new LeastRecentlyUsed<string>(limit, async (value) => {
    closed.push(value);
    await Promise.resolve();
  });
  const take = (key: string, suits = true) => used.take(key, () => suits, async () => await Promise.resolve(`${key}!`));
  return { closed, used, take };
}

test('closes what was used least recently when there is no room', async () => {
  const { closed, used, take } = shelf(2);
  await take('a');
  await take('b');
  await take('a');
  await take('c');
  expect(closed).toEqual(['b!']);
  expect(used.values()).toEqual(['a!', 'c!']);
  expect([used.hits, used.evictions]).toEqual([1, 1]);
});

test('replaces what no longer suits', async () => {
  const { closed, used, take } = shelf(2);
  await take('a');
  await take('a', false);
  expect(closed).toEqual(['a!']);
  expect(used.values()).toEqual(['a!']);
});

test('what could not be opened leaves no trace', async () => {
  const { used } = shelf(1);
  await expect(used.take('a', () => true, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(used.values()).toEqual([]);
});

test('removes by key', async () => {
  const { closed, used, take } = shelf(3);
  await take('x1');
  await take('x2');
  await take('y1');
  await used.removeWhere((key) => key.startsWith('x'));
  expect(closed).toEqual(['x1!', 'x2!']);
});
