import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DatasetBench } from '../../support/datasets.ts';

vi.setConfig({ testTimeout: 120_000 });

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/parquet');
let bench: DatasetBench;
beforeEach(() => {
  bench = new DatasetBench();
});
afterEach(() => bench.dispose());

it.each(['snappy', 'zstd', 'gzip', 'brotli', 'none'])('reads nested lists in row groups compressed with %s', async (codec) => {
  const file = path.join(fixtures, `chats-${codec}.parquet`);
  const plan = await bench.prepare(file, { plan: true });
  expect(plan.format).toBe('openai_chat');
  expect(plan.keptLines?.[0]?.lines).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const rows = bench.rows(await bench.prepare(file));
  expect(rows[6]).toMatchObject({ kind: 'chat', messages: [{ role: 'user', content: 'Question number 6?' }, { role: 'assistant', content: 'Answer number 6: ünïcode 😀.' }] });
});

it('keeps typed columns as JSON and big integers as text', async () => {
  const rows = bench.rows(await bench.prepare(path.join(fixtures, 'typed.parquet')));
  expect(rows).toHaveLength(3);
  expect(rows[1]?.meta).toMatchObject({ big: '1152921504606846977', when: '2024-02-29T12:30:00.000Z', tags: [], price: 1.25, kind_of: 'y', facts: { source: null, votes: [] } });
});

it('reports a cut file', async () => {
  const whole = readFileSync(path.join(fixtures, 'chats-snappy.parquet'));
  await expect(bench.prepare(bench.file('cut.parquet', whole.subarray(0, whole.length - 40)))).rejects.toMatchObject({ kind: 'usage', code: 'parquet_damaged' });
});
