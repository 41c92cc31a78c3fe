import { describe, expect, test } from 'vitest';
import { envelopeFields } from '../../../src/protocol/envelopeFields.ts';
import { moveZoom } from '../../../webviews/runs/charts/zoom.ts';
import { toBase64 } from '../../../webviews/runs/model/base64.ts';
import { payloadBytes, shareBuckets } from '../../../webviews/runs/model/budget.ts';
import { clipBounds } from '../../../webviews/runs/model/clipping.ts';
import { toCsv } from '../../../webviews/runs/model/csv.ts';
import { differences } from '../../../webviews/runs/model/differences.ts';
import { sampleRows } from '../../../webviews/runs/model/sampleRows.ts';
import { decodeSeries, lastValue, type Series } from '../../../webviews/runs/model/series.ts';
import { smooth } from '../../../webviews/runs/model/smoothing.ts';
import { layPhases } from '../../../webviews/runs/model/timeline.ts';

function seriesOf(values: readonly number[], key = 'loss'): Series {
  const count = values.length;
  const data = Float64Array.from([...values.map((_, index) => index + 1), ...values.map((_, index) => 1000 + index), ...values.map((value) => value - 1), ...values.map((value) => value + 1), ...values]);
  return decodeSeries({ key, count, data: data.buffer, summary: { first: null, last: null, min: null, max: null, mean: null, count } });
}

describe('an envelope’s bytes', () => {
  test('become columns in the order of the contract', () => {
    const { step, time, min, max, mean } = seriesOf([5, 7]);
    expect([...step, ...time, ...min, ...max, ...mean]).toEqual([1, 2, 1000, 1001, 4, 6, 6, 8, 5, 7]);
  });

  test('that are too few are refused', () => {
    expect(() => decodeSeries({ ...seriesOf([1, 2]), data: new ArrayBuffer(8) })).toThrow('8 bytes');
  });

  test('end in the newest value that is a number', () => {
    expect(lastValue(seriesOf([1, 2, Number.NaN]))).toBe(2);
    expect(lastValue(seriesOf([Number.NaN]))).toBeNull();
    expect(lastValue(undefined)).toBeNull();
  });
});

describe('smoothing', () => {
  test('of weight 0 changes nothing', () => {
    expect([...smooth([3, 1, 2], 0)]).toEqual([3, 1, 2]);
  });

  test('keeps a constant constant from its first value', () => {
    for (const value of smooth([2, 2, 2, 2], 0.9)) expect(value).toBeCloseTo(2, 12);
  });

  test('leaves a gap a gap and goes on behind it', () => {
    const [first, gap, last] = smooth([4, Number.NaN, 4], 0.5);
    expect([first, gap, last]).toEqual([4, Number.NaN, 4]);
  });
});

describe('clipping', () => {
  test('leaves an outlier out', () => {
    const values = Array.from({ length: 1000 }, (_, index) => Math.sin(index));
    const bounds = clipBounds([...values, 500]);
    expect(bounds?.high).toBeLessThan(2);
    expect(bounds?.low).toBeCloseTo(-1, 2);
  });

  test.each([
    ['a steep start', Array.from({ length: 400 }, (_, index) => 3 * Math.exp(-index / 60))],
    ['few values', [1, 1, 1, 900]],
    ['a constant', Array.from({ length: 100 }, () => 1)],
    ['no number', [Number.NaN]],
  ])('takes nothing from %s', (_, values) => {
    expect(clipBounds(values)).toBeNull();
  });
});

describe('the buckets of several charts', () => {
  test.each([1, 2, 6])('fit the budget together with %i runs on a wide screen', (runs) => {
    const charts = [{ metrics: 2, widthPx: 3000, runs }, { metrics: 3, widthPx: 900, runs }, { metrics: 7, widthPx: 48, runs: 1 }];
    const bytes = shareBuckets(charts).reduce((sum, buckets, index) => sum + buckets * (charts[index]?.metrics ?? 0) * (charts[index]?.runs ?? 0) * envelopeFields.length * 8, 0);
    expect(bytes).toBeLessThanOrEqual(payloadBytes);
    expect(bytes).toBeGreaterThan(payloadBytes * 0.9);
  });

  test('are one per pixel where there is room', () => {
    expect(shareBuckets([{ metrics: 2, widthPx: 600, runs: 1 }])).toEqual([600]);
  });
});

describe('CSV', () => {
  test('has a line per bucket, empty where there is no number', () => {
    const csv = toCsv([{ run: 'run_a', series: [seriesOf([2, Number.NaN])] }]);
    expect(csv).toBe('run,metric,step,time,min,max,mean\r\nrun_a,loss,1,1970-01-01T00:16:40.000Z,1,3,2\r\nrun_a,loss,2,1970-01-01T00:16:41.000Z,,,\r\n');
  });

  test('makes text inert that a spreadsheet would compute, and quotes what would break a line', () => {
    const [, first = '', second = ''] = toCsv([{ run: 'r', series: [seriesOf([1], '=HYPERLINK("x")'), seriesOf([1], 'a,b\nc')] }]).split('\r\n');
    expect(first).toContain(`r,"'=HYPERLINK(""x"")",1`);
    expect(second).toContain('r,"a,b\nc",1');
  });
});

test('only options that differ are compared', () => {
  expect(differences([{ a: 1, b: true, c: null }, { a: 2, b: true, d: 'x' }])).toEqual([
    { key: 'a', values: [1, 2] },
    { key: 'c', values: [null, undefined] },
    { key: 'd', values: [undefined, 'x'] },
  ]);
});

test('a table of a long series keeps its extremes', () => {
  const values = Array.from({ length: 500 }, (_, index) => (index === 333 ? 99 : 1));
  const rows = sampleRows(seriesOf(values));
  expect(rows).toHaveLength(50);
  expect(Math.max(...rows.map(({ max }) => max))).toBe(100);
  expect(Math.min(...rows.map(({ min }) => min))).toBe(0);
});

describe('a zoom by keys', () => {
  const reach = { from: 1, to: 1001 };
  test.each([
    ['+', null, { from: 251, to: 751 }],
    ['-', { from: 251, to: 751 }, null],
    ['ArrowRight', { from: 251, to: 751 }, { from: 376, to: 876 }],
    ['ArrowLeft', { from: 11, to: 511 }, { from: 1, to: 501 }],
    ['0', { from: 11, to: 511 }, null],
    ['x', null, undefined],
    ['ArrowLeft', null, undefined],
  ])('%s', (key, zoom, next) => {
    expect(moveZoom(key, zoom, reach)).toEqual(next);
  });
});

describe('phases on a line of time', () => {
  const attempt = (number: number, ended: string | null) => ({ number, started: '', ended, endReason: null, firstStep: null, resumedFrom: null });

  test('leave out the wait between attempts', () => {
    const rows = layPhases(
      { attempts: [attempt(1, '1970-01-01T00:00:20Z'), attempt(2, '1970-01-01T00:10:10Z')], phases: [{ attempt: 1, phase: 'training', from: 10, to: null }, { attempt: 2, phase: 'training', from: 600, to: 610 }] },
      { now: 9999, ended: 610 },
    );
    expect(rows).toEqual([{ phase: 'training', seconds: 20, isLasting: false, bars: [{ left: 0, width: 50 }, { left: 50, width: 50 }] }]);
  });

  test('last till now in the attempt that runs', () => {
    const [loading, training] = layPhases({ attempts: [attempt(1, null)], phases: [{ attempt: 1, phase: 'loading', from: 0, to: 10 }, { attempt: 1, phase: 'training', from: 10, to: null }] }, { now: 40, ended: null });
    expect(loading).toMatchObject({ seconds: 10, isLasting: false });
    expect(training).toMatchObject({ seconds: 30, isLasting: true, bars: [{ left: 25, width: 75 }] });
  });
});

test('bytes become base64, however many', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 256);
  expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
});
