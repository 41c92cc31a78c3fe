import { expect, test } from 'vitest';
import { sessionLimitBytes } from '../../../src/backend/camp/sessionLimit.ts';
import { usageText } from '../../../src/common/sessionUsage.ts';
import { sessionRows } from '../../../src/extension/views/sessionTexts.ts';

test.each([
  ['Sessions take 0.93 GB of 1 GB', 931_200_000, 1e9],
  ['Sessions take 2.5 GB of 2 GB', 2.5e9, 2e9],
  ['Sessions take 0.85 MB of 1 MB', 850_000, 1e6],
  ['Sessions take 412 MB of 500 MB', 412e6, 500e6],
])('says: %s', (text, bytes, limitBytes) => {
  expect(usageText({ bytes, limitBytes })).toBe(text);
});

test('near the limit the first row tells what sessions take, else no row does', () => {
  const usage = { bytes: 900_000, limitBytes: 1_000_000, isNearLimit: true };
  expect(sessionRows({ sessions: [], usage })).toEqual([{ kind: 'usage', key: 'usage', bytes: 900_000, limitBytes: 1_000_000 }]);
  expect(sessionRows({ sessions: [], usage: { ...usage, isNearLimit: false } })).toEqual([]);
});

test('the limit is the environment’s, else the default; what is no number is told and does not count', () => {
  const told: string[] = [];
  const limitOf = (value?: string) => sessionLimitBytes(value === undefined ? {} : { TRAINING_CAMP_SESSIONS_LIMIT_MB: value }, (text) => told.push(text));
  expect([limitOf(), limitOf(''), limitOf(' 250 ')]).toEqual([1e9, 1e9, 250e6]);
  expect(told).toEqual([]);
  for (const value of ['plenty', '0', '-5', '1.5', 'Infinity']) expect(limitOf(value)).toBe(1e9);
  expect(told).toHaveLength(5);
});
