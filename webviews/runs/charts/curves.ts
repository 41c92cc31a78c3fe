import type { Bounds } from '../model/clipping.ts';
import { clipBounds } from '../model/clipping.ts';
import { smooth } from '../model/smoothing.ts';
import type { Series } from '../model/series.ts';

/** A curve of a chart: what is drawn of one metric of one run. */
export interface Curve {
  /** Unique in its chart. */
  id: string;
  label: string;
  series: Series;
  /** Place among the theme's colours. */
  colour: number;
  /** A band of minimum to maximum with its mean and a smoothed line; or single points joined by a thin line. */
  shape: 'band' | 'points';
}

export interface XY {
  x: number;
  y: number;
}

/** A curve's columns as points to draw; `outliers` are where its values leave the range that is drawn. */
export interface Drawing {
  min: XY[];
  max: XY[];
  mean: XY[];
  smoothed: XY[];
  outliers: XY[];
}

export interface DrawOptions {
  smoothing: number;
  isLog: boolean;
  isClipped: boolean;
}

/** What to draw of some curves that share a chart, and the range of y where outliers are clipped. */
export function drawCurves(curves: readonly Curve[], options: DrawOptions): { drawings: Drawing[]; bounds: Bounds | null } {
  const bounds = options.isClipped && !options.isLog ? clipBounds(curves.flatMap(({ series }) => [...series.min, ...series.max])) : null;
  return { drawings: curves.map((curve) => draw(curve, options, bounds)), bounds };
}

function draw({ series, shape }: Curve, { smoothing, isLog }: DrawOptions, bounds: Bounds | null): Drawing {
  const points = (column: ArrayLike<number>) => toPoints(series.step, column, isLog);
  const isBand = shape === 'band';
  return {
    min: isBand ? points(series.min) : [],
    max: isBand ? points(series.max) : [],
    mean: points(series.mean),
    smoothed: isBand && smoothing > 0 ? points(smooth(series.mean, smoothing)) : [],
    outliers: bounds === null ? [] : outliersOf(series, bounds),
  };
}

/** A value that has no place on the axis becomes a gap. */
function toPoints(steps: Float64Array, values: ArrayLike<number>, isLog: boolean): XY[] {
  return Array.from(steps, (x, index) => {
    const y = values[index] ?? Number.NaN;
    return { x, y: isLog && y <= 0 ? Number.NaN : y };
  });
}

function outliersOf({ step, min, max }: Series, { low, high }: Bounds): XY[] {
  const marks: XY[] = [];
  step.forEach((x, index) => {
    if ((max[index] ?? 0) > high) marks.push({ x, y: high });
    if ((min[index] ?? 0) < low) marks.push({ x, y: low });
  });
  return marks;
}
