export interface Bounds {
  low: number;
  high: number;
}

/** Share of the values at each end that may lie outside. */
const tail = 0.01;
/** So much of the inner range is still shown beyond it: a curve's steep start is no outlier. */
const reach = 0.25;

/**
 * The range to draw so that a few outliers do not flatten the curve; null where nothing has to be clipped. What is
 * outside is to be marked at the edge.
 */
export function clipBounds(values: Iterable<number>): Bounds | null {
  const sorted = Float64Array.from([...values].filter((value) => Number.isFinite(value))).sort();
  const least = sorted[0];
  const most = sorted.at(-1);
  if (least === undefined || most === undefined || sorted.length < 20) return null;
  const inner = { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
  const margin = (inner.high - inner.low) * reach;
  if (margin === 0) return null;
  const bounds = { low: Math.max(least, inner.low - margin), high: Math.min(most, inner.high + margin) };
  return bounds.low === least && bounds.high === most ? null : bounds;
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
}
