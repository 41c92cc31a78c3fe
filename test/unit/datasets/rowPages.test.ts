import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roundWidth, tokenBins } from '../../../src/backend/datasets/facets.ts';
import type { DatasetVersion } from '../../../src/backend/store/datasets.ts';
import { rowFilterSchema, type RowPage } from '../../../src/protocol/datasetPages.ts';
import { DatasetBench, jsonLines } from '../../support/datasets.ts';

const signal = new AbortController().signal;
const quiet = { signal, onProgress: () => undefined };

let bench: DatasetBench;
let version: DatasetVersion;
beforeAll(async () => {
  bench = new DatasetBench();
  const rows = Array.from({ length: 9000 }, (_, index) => ({
    prompt: `Question ${String(index)} ${'and so on '.repeat(index % 40)}?`,
    completion: index % 100 === 3 ? `I cannot help with that, number ${String(index)}.` : `Answer ${String(index * 7919)}, Ärger with a “quote”, in full.`,
  }));
  const first = bench.file('a.jsonl', `${jsonLines(rows.slice(0, 6000))}{"prompt": "broken\n${JSON.stringify({ prompt: 'An invisible \u200b one', completion: 'Here it is, with words enough.' })}\n`);
  const second = bench.file('b.jsonl', jsonLines(rows.slice(6000)));
  const result = await bench.prepare([first, second], { name: 'pages', dedupe: 'off' });
  version = bench.datasets.find(result.dataset?.id ?? '');
});
afterAll(() => bench.dispose());

function page(filter: object, first = 1, last = 50): Promise<RowPage> {
  return bench.datasets.page(version, { filter: rowFilterSchema.parse(filter), first, last }, quiet);
}

describe('a page of rows', () => {
  it('has the rows asked for and counts all', async () => {
    const { rows, total } = await page({}, 8990, 9100);
    expect(total).toBe(9001);
    expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 12 }, (_, at) => 8990 + at));
    expect(rows[0]?.preview).toContain('Question 8988');
  });

  it.each([
    [{ split: 'test' }, 'split=test'],
    [{ quality: { to: 6 } }, 'quality<=6'],
    [{ quality: { from: 6.1 }, tokens: { from: 50, to: 90 } }, 'quality>=6.1,tokens>=50,tokens<=90'],
    [{ text: 'CANNOT HELP' }, 'text~cannot help'],
    [{ text: 'ärger' }, 'text~ÄRGER'],
    [{ text: '“quote”', split: 'train' }, 'split=train,text~“quote”'],
  ])('finds for %j what --where finds', async (filter, where) => {
    const found = await page(filter, 1, 100);
    const shown = await bench.datasets.show(version, { where, first: 1, last: 100, signal });
    expect(found.total).toBe(shown.total);
    expect(found.total).toBeGreaterThan(0);
    expect(found.rows.map(({ row }) => row)).toEqual(shown.rows.map(({ row }) => row));
  });

  it('goes on where the page before it ended', async () => {
    const whole = await page({ split: 'validation' }, 1, 200);
    const parts = [await page({ split: 'validation' }, 1, 100), await page({ split: 'validation' }, 101, 200)];
    expect(parts.flatMap(({ rows }) => rows)).toEqual(whole.rows);
  });

  it('has a text with a comma in it as one text', async () => {
    expect((await page({ text: 'that, number' })).total).toBe(90);
  });

  it('says why points were taken off', async () => {
    const { rows } = await page({ text: 'I cannot help' });
    expect(rows[0]?.reasons).toContain('refusal');
  });

  it('is given up when it is cancelled', async () => {
    const abort = new AbortController();
    abort.abort();
    await expect(bench.datasets.page(version, { filter: rowFilterSchema.parse({ text: '1' }), first: 1, last: 1 }, { ...quiet, signal: abort.signal })).rejects.toThrow();
  });
});

describe('conditions of --where', () => {
  it.each([
    ['line=6002', [6001]],
    ['file=b.jsonl,line<3', [6002, 6003]],
    ['turns=2,line<=2,file=a.jsonl', [1, 2]],
  ])('%s', async (where, rows) => {
    // Files are named as they were given.
    const named = where.replace(/file=(\w)/, (_whole, name: string) => `file=${bench.root}/input/${name}`);
    expect((await bench.datasets.show(version, { where: named, first: 1, last: 10, signal })).rows.map(({ row }) => row)).toEqual(rows);
  });
});

describe('the report of an import', () => {
  it('groups issues by code and names the row of each line', () => {
    const { issues, counts, versions } = bench.datasets.report(version);
    expect(counts).toMatchObject({ read: 9002, kept: 9001, invalid: 1 });
    expect(versions).toHaveLength(1);
    const invisible = issues.find(({ code }) => code === 'text_invisible');
    expect(invisible).toMatchObject({ severity: 'warning', count: 1, places: [{ line: 6002, row: 6001 }] });
    // The gravest first; its row was left out.
    expect(issues[0]).toMatchObject({ severity: 'error', count: 1, places: [{ line: 6001, row: null }] });
    expect(issues[0]?.fix).not.toBeNull();
  });

  it('is a filter of rows', async () => {
    expect((await page({ issue: 'text_invisible' })).rows.map(({ row }) => row)).toEqual([6001]);
    expect((await page({ issue: 'text_invisible', tokens: { from: 1000 } })).total).toBe(0);
  });
});

describe('figures', () => {
  it('count every row once', async () => {
    const { rows, quality, tokens } = await bench.datasets.facets(version, null, signal);
    const sum = (bins: readonly { rows: number }[]) => bins.reduce((all, bin) => all + bin.rows, 0);
    expect([rows, sum(quality.bins), sum(tokens.bins)]).toEqual([9001, 9001, 9001]);
    expect(quality.bins).toHaveLength(10);
    for (const bin of tokens.bins.slice(0, -1)) expect((await page({ tokens: { from: bin.from, to: bin.to - 1 } }, 1, 1)).total).toBe(bin.rows);
  });

  it('count a split alone', async () => {
    expect((await bench.datasets.facets(version, 'test', signal)).rows).toBe(version.splits.test);
  });

  it('put a far outlier into a bin of its own', () => {
    const bins = tokenBins(new Map([...Array.from({ length: 200 }, (_, at): [number, number] => [at, 5]), [100_000, 1]]));
    expect(bins.at(-1)).toEqual({ from: 200, to: 100_000, rows: 1 });
    expect(bins.length).toBeLessThanOrEqual(25);
  });

  it.each([[0.2, 1], [1, 1], [1.5, 2], [3, 5], [11, 20], [51, 100]])('a width of at least %f is %i', (least, width) => {
    expect(roundWidth(least)).toBe(width);
  });

  it('are empty for nothing', () => {
    expect(tokenBins(new Map())).toEqual([]);
  });
});

describe('near duplicates of a version', () => {
  it('are pairs of rows with their similarity', async () => {
    const text = 'the parcel with the blue garden chairs will arrive at the house on the hill in the afternoon if nothing comes in between on its long way';
    const file = bench.file('near.jsonl', jsonLines([{ text: 'something else that is long enough to have shingles of its own' }, { text: `${text} today` }, { text: `${text} tomorrow` }]));
    const result = await bench.prepare(file, { name: 'near', dedupe: 'off' });
    const found = await bench.datasets.nearPairs(bench.datasets.find(result.dataset?.id ?? ''), { signal, onProgress: () => undefined });
    expect(found).toMatchObject({ total: 1, rows: 3, pairs: [{ first: 2, second: 3 }] });
    expect(found.pairs[0]?.similarity).toBeGreaterThan(0.8);
  });
});
