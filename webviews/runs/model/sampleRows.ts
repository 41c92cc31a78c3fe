import type { Series } from './series.ts';

const mostRows = 50;

export interface SampleRow {
  step: number;
  min: number;
  mean: number;
  max: number;
}

/** A series as at most fifty rows: neighbouring buckets together, with their extremes. */
export function sampleRows({ count, step, min, max, mean }: Series): SampleRow[] {
  const each = Math.max(1, Math.ceil(count / mostRows));
  const rows: SampleRow[] = [];
  for (let from = 0; from < count; from += each) {
    const to = Math.min(count, from + each);
    const finite = mean.subarray(from, to).filter((value) => Number.isFinite(value));
    rows.push({
      step: step[from] ?? 0,
      min: least(min.subarray(from, to)),
      mean: finite.length === 0 ? Number.NaN : finite.reduce((sum, value) => sum + value, 0) / finite.length,
      max: -least(max.subarray(from, to).map((value) => -value)),
    });
  }
  return rows;
}

function least(values: Float64Array): number {
  const finite = values.filter((value) => Number.isFinite(value));
  return finite.length === 0 ? Number.NaN : finite.reduce((low, value) => Math.min(low, value), Infinity);
}
