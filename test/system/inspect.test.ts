import { afterAll, beforeAll, expect, test } from 'vitest';
import { inspectResultSchema } from '../../src/protocol/inspect.ts';
import { Camp } from '../support/camp.ts';
import { tinyModel } from '../support/home.ts';

let camp: Camp;

beforeAll(async () => {
  camp = await Camp.make();
});
afterAll(async () => camp.dispose());

test('shows the rows that were asked for, with their answers and stop tokens trained', async () => {
  const result = inspectResultSchema.parse(await camp.ok(['inspect', 'sums', '--rows', '2-3', '--model', tinyModel]));
  expect(result.rows.map((row) => row.row)).toEqual([2, 3]);
  for (const row of result.rows) {
    expect(row).toMatchObject({ dropReason: null, stopTrained: true, truncated: false });
    expect(row.trainedTokens).toBe(row.tokens.filter((token) => token.trained).length);
    expect(row.tokens.filter((token) => token.stop)).toHaveLength(1);
  }
});

test('says which rows a shorter limit leaves out', async () => {
  const result = inspectResultSchema.parse(await camp.ok(['inspect', 'sums', '--rows', '1', '--model', tinyModel, '--max-length', '16']));
  expect(result.rows[0]).toMatchObject({ dropReason: 'too_long', truncated: true });
});
