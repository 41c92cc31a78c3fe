import type { PrepareResult } from '../../../protocol/datasets.ts';
import type { RowColumns } from './rowColumns.ts';

/** Mean, percentiles and ten bins from counts per tenth of a point (0–100). */
export function qualityOf(tenths: Float64Array): PrepareResult['quality'] {
  const rows = tenths.reduce((sum, count) => sum + count, 0);
  const histogram = Array.from({ length: 10 }, () => 0);
  let sum = 0;
  tenths.forEach((count, tenth) => {
    sum += (count * tenth) / 10;
    const bin = Math.min(9, Math.floor(tenth / 10));
    histogram[bin] = (histogram[bin] ?? 0) + count;
  });
  if (rows === 0) return { mean: null, p10: null, p50: null, p90: null, histogram };
  const percentile = (share: number): number => {
    let left = Math.max(1, Math.ceil(rows * share));
    for (let tenth = 0; tenth < tenths.length; tenth++) {
      left -= tenths[tenth] ?? 0;
      if (left <= 0) return tenth / 10;
    }
    return 10;
  };
  return { mean: Math.round((sum / rows) * 1000) / 1000, p10: percentile(0.1), p50: percentile(0.5), p90: percentile(0.9), histogram };
}

/** Rows per tenth of a point. */
export function tenthsOf(columns: RowColumns): Float64Array {
  const tenths = new Float64Array(101);
  for (const { count, quality } of columns.blocks) {
    for (let at = 0; at < count; at++) {
      const tenth = quality[at] ?? 0;
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
  }
  return tenths;
}

export function tokensOf(columns: RowColumns): number {
  let tokens = 0;
  for (const block of columns.blocks) {
    for (let at = 0; at < block.count; at++) tokens += block.tokens[at] ?? 0;
  }
  return tokens;
}
