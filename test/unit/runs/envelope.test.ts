import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunId } from '../../../src/protocol/ids.ts';
import { drawEnvelope, readEnvelope, type EnvelopeRequest } from '../../../src/backend/runs/envelope.ts';
import { appendPoints, chunkPoints, listChunks, visibleSeries, type Points } from '../../../src/backend/store/metrics.ts';
import { makeStoreFixture, type StoreFixture } from '../../support/storeFixture.ts';

let fixture: StoreFixture;
let run: RunId;

beforeEach(() => {
  fixture = makeStoreFixture();
  run = fixture.addRun('one');
  fixture.addAttempt(run, 'a');
});
afterEach(() => fixture.dispose());

const whole: EnvelopeRequest = { from: null, to: null, buckets: 500, every: null };

function append(points: Points): void {
  fixture.store.db.transaction(() => appendPoints(fixture.store.db, run, 'att_a', new Map([['loss', points]])))();
}

/** A curve with a noise that is the same each time. */
function curve(count: number, stepOf: (index: number) => number = (index) => index + 1): Points {
  const points: Points = { steps: [], times: [], values: [] };
  let state = 12_345;
  for (let index = 0; index < count; index += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    points.steps.push(stepOf(index));
    points.times.push(1000 + index);
    points.values.push(Math.exp(-index / count) + (state / 2 ** 31) * 0.1);
  }
  return points;
}

function slice(points: Points, from: number, to: number): Points {
  return { steps: points.steps.slice(from, to), times: points.times.slice(from, to), values: points.values.slice(from, to) };
}

/** What an envelope must be, computed from the points themselves. */
function expected(points: Points, from: number, width: number) {
  const buckets = new Map<number, number[]>();
  points.steps.forEach((step, index) => {
    const bucket = Math.floor((step - from) / width);
    const indices = buckets.get(bucket) ?? [];
    indices.push(index);
    buckets.set(bucket, indices);
  });
  return [...buckets.values()].map((indices) => {
    const values = indices.map((index) => points.values[index] ?? NaN);
    return { step: points.steps[indices[0] ?? 0], t: points.times[indices[0] ?? 0], min: Math.min(...values), max: Math.max(...values), mean: values.reduce((sum, value) => sum + value, 0) / values.length };
  });
}

function close(actual: readonly object[], wanted: readonly object[]): void {
  expect(actual).toHaveLength(wanted.length);
  actual.forEach((point, index) => {
    for (const [key, value] of Object.entries(wanted[index] ?? {})) expect(point).toHaveProperty(key, expect.closeTo(Number(value), 9));
  });
}

describe('an envelope equals one computed from all points', () => {
  test.each([1, 7, 4096, 4097, 20_000])('of %i points written at once', (count) => {
    const points = curve(count);
    append(points);
    close(readEnvelope(fixture.store.db, run, 'loss', whole).points, expected(points, 1, Math.max(1, Math.ceil(count / 500))));
  });

  test('of points written in batches of changing size', () => {
    const points = curve(9000);
    for (let from = 0, size = 1; from < 9000; from += size, size = (size * 7) % 311 || 1) append(slice(points, from, from + size));
    const { points: drawn, summary } = readEnvelope(fixture.store.db, run, 'loss', whole);
    close(drawn, expected(points, 1, 18));
    expect(summary).toMatchObject({ count: 9000, first: points.values[0], last: points.values[8999], min: Math.min(...points.values), max: Math.max(...points.values) });
  });

  test('of steps with gaps and repeats', () => {
    const points = curve(6000, (index) => 10 + Math.floor(index / 3) * 5);
    append(points);
    const span = (points.steps.at(-1) ?? 0) - 10 + 1;
    close(readEnvelope(fixture.store.db, run, 'loss', { ...whole, buckets: 100 }).points, expected(points, 10, Math.ceil(span / 100)));
  });

  test('of wide buckets, which are taken from the summaries', () => {
    const points = curve(40_000);
    append(points);
    close(readEnvelope(fixture.store.db, run, 'loss', { ...whole, buckets: 3 }).points, expected(points, 1, Math.ceil(40_000 / 3)));
  });
});

test('one extreme value among a hundred thousand is not lost', () => {
  const points = curve(100_000);
  points.values[77_777] = 1e6;
  points.values[12_345] = -1e6;
  append(points);
  const { points: drawn } = readEnvelope(fixture.store.db, run, 'loss', { ...whole, buckets: 50 });
  expect(Math.max(...drawn.map((point) => point.max ?? 0))).toBe(1e6);
  expect(Math.min(...drawn.map((point) => point.min ?? 0))).toBe(-1e6);
});

describe('an envelope for drawing', () => {
  test('counts each point once and keeps every extremum, at most a quarter of a bucket from its place', () => {
    const points = curve(200_000);
    points.values[77_777] = 1e6;
    points.values[12_345] = -1e6;
    points.values[5000] = NaN;
    append(points);
    const drawn = drawEnvelope(fixture.store.db, run, 'loss', { from: null, to: null, buckets: 400 });
    const exact = readEnvelope(fixture.store.db, run, 'loss', { ...whole, buckets: 400 });
    expect(drawn.points).toHaveLength(400);
    expect(drawn.summary).toEqual({ ...exact.summary, mean: expect.closeTo(exact.summary.mean ?? NaN, 9) });
    for (const value of [1e6, -1e6]) {
      const at = (envelope: typeof drawn) => envelope.points.find(({ min, max }) => min === value || max === value)?.step ?? NaN;
      expect(Math.abs(at(drawn) - at(exact))).toBeLessThanOrEqual(500 / 4 + 64);
    }
  });

  test.each([
    ['few points', 3000, (index: number) => index + 1],
    ['points far apart', 30_000, (index: number) => index * 50],
  ])('of %s is exact', (_, count, stepOf) => {
    append(curve(count, stepOf));
    const range = { from: null, to: null, buckets: 1000 };
    expect(drawEnvelope(fixture.store.db, run, 'loss', range)).toEqual(readEnvelope(fixture.store.db, run, 'loss', { ...range, every: null }));
  });

  test('within a range cuts it at its ends', () => {
    const points = curve(100_000);
    append(points);
    const { summary, points: drawn } = drawEnvelope(fixture.store.db, run, 'loss', { from: 10_001, to: 90_000, buckets: 100 });
    expect(summary).toMatchObject({ count: 80_000, first: points.values[10_000], last: points.values[89_999] });
    expect(drawn[0]?.step).toBe(10_001);
  });
});

test('a zoom shows its range only, down to single points', () => {
  const points = curve(10_000);
  append(points);
  const { points: drawn, summary } = readEnvelope(fixture.store.db, run, 'loss', { ...whole, from: 5000, to: 5009 });
  expect(drawn.map((point) => point.step)).toEqual([5000, 5001, 5002, 5003, 5004, 5005, 5006, 5007, 5008, 5009]);
  expect(drawn[0]).toMatchObject({ min: points.values[4999], max: points.values[4999], t: 1000 + 4999 });
  expect(summary.count).toBe(10);
});

test('buckets of a chosen width are aligned to it', () => {
  append(curve(100));
  const { points } = readEnvelope(fixture.store.db, run, 'loss', { ...whole, from: 25, every: 20 });
  expect(points.map((point) => point.step)).toEqual([25, 40, 60, 80, 100]);
});

test('a range without points, and a metric without any, are empty', () => {
  append(curve(10));
  expect(readEnvelope(fixture.store.db, run, 'loss', { ...whole, from: 50 }).points).toEqual([]);
  expect(readEnvelope(fixture.store.db, run, 'nothing', whole)).toEqual({ points: [], summary: { first: null, last: null, min: null, max: null, mean: null, count: 0 } });
});

test('a series that grows point by point has few chunks and full ones', () => {
  const points = curve(5000);
  for (let index = 0; index < 5000; index += 1) append(slice(points, index, index + 1));
  const [series] = visibleSeries(fixture.store.db, run, 'loss');
  const chunks = listChunks(fixture.store.db, series?.id ?? 0);
  expect(chunks.length).toBeLessThan(16);
  expect(chunks[0]?.points).toBe(chunkPoints);
  expect(chunks.reduce((sum, chunk) => sum + chunk.points, 0)).toBe(5000);
});
