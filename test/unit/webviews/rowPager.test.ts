import { expect, it } from 'vitest';
import type { RowPage } from '../../../src/protocol/datasetPages.ts';
import { RowPager } from '../../../webviews/datasets/rowPager.ts';

interface Asked {
  first: number;
  signal: AbortSignal;
  answer: () => void;
  fail: () => void;
}

function bench(total: number) {
  const asked: Asked[] = [];
  const problems: unknown[] = [];
  const pager = new RowPager({
    fetch: ({ first, last }, signal) =>
      new Promise<RowPage>((resolve, reject) => {
        const rows = Array.from({ length: Math.max(0, Math.min(last, total) - first + 1) }, (_, at) => ({ row: first + at, file: 'a', line: first + at, split: 'train' as const, quality: 10, reasons: [], tokens: 1, turns: 2, kind: 'chat', preview: '', answer: '' }));
        asked.push({ first, signal, answer: () => resolve({ rows, first, total }), fail: () => reject(new Error('no')) });
      }),
    onChanged: () => undefined,
    onProblem: (error) => problems.push(error),
  });
  return { pager, asked, problems };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

it('asks for the first page alone until it knows how many rows there are', async () => {
  const { pager, asked } = bench(100_000);
  pager.show(50_000, 50_040);
  expect(asked.map(({ first }) => first)).toEqual([1]);
  asked[0]?.answer();
  await settle();
  expect(pager.total).toBe(100_000);
  pager.show(50_090, 50_140);
  expect(asked.slice(1).map(({ first }) => first)).toEqual([50_001, 50_101]);
});

it('cancels what has scrolled away, and shows what has come', async () => {
  const { pager, asked } = bench(100_000);
  pager.show(0, 30);
  asked[0]?.answer();
  await settle();
  expect(pager.row(7)?.row).toBe(8);
  pager.show(10_000, 10_030);
  pager.show(90_000, 90_030);
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([false, true, false]);
  asked[1]?.answer();
  asked[2]?.answer();
  await settle();
  expect(pager.row(10_000)).toBeUndefined();
  expect(pager.row(90_012)?.row).toBe(90_013);
});

it('asks again for a page that failed, and tells of the failure once', async () => {
  const { pager, asked, problems } = bench(10);
  pager.show(0, 9);
  asked[0]?.fail();
  await settle();
  expect(problems).toHaveLength(1);
  pager.show(0, 9);
  expect(asked).toHaveLength(2);
});

it('tells nothing after it was disposed', async () => {
  const { pager, asked, problems } = bench(10);
  pager.show(0, 9);
  pager.dispose();
  expect(asked[0]?.signal.aborted).toBe(true);
  asked[0]?.fail();
  await settle();
  expect(problems).toEqual([]);
});
