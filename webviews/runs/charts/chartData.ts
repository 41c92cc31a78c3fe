import type { ChartConfiguration, ChartDataset } from 'chart.js';
import { color } from 'chart.js/helpers';
import type { Theme } from '../../shared/theme.ts';
import { drawCurves, type Curve, type DrawOptions, type Drawing, type XY } from './curves.ts';

export interface ChartInit extends DrawOptions {
  curves: readonly Curve[];
  theme: Theme;
  /** Range of x; null leaves an end to the points. */
  from: number | null;
  to: number | null;
  format: (value: number) => string;
}

type Line = ChartDataset<'line', XY[]>;

/** A whole configuration: charts are updated by giving them a new one. */
export function chartConfig(init: ChartInit): ChartConfiguration<'line', XY[]> {
  const { curves, theme, from, to, isLog, format } = init;
  const { drawings, bounds } = drawCurves(curves, init);
  const datasets = curves.flatMap((curve, index) => {
    const drawing = drawings[index];
    return drawing === undefined ? [] : linesOf(curve, drawing, theme);
  });
  const isNamed = new Set(curves.map(({ label }) => label)).size > 1;
  const axis = { grid: { color: fade(theme.foreground, 0.13), drawTicks: false }, border: { display: false } };
  const ticks = { color: theme.muted, font: { family: theme.font, size: 11 }, padding: 6 };
  return {
    type: 'line',
    data: { datasets },
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: { top: 6, right: 8 } },
      interaction: { mode: 'nearestOfEach', intersect: false },
      scales: {
        x: { ...axis, type: 'linear', ...(from === null ? {} : { min: from }), ...(to === null ? {} : { max: to }), ticks: { ...ticks, maxRotation: 0, precision: 0, maxTicksLimit: 8, callback: (value) => compact.format(Number(value)) }, grid: { display: false } },
        y: { ...axis, type: isLog ? 'logarithmic' : 'linear', ...(bounds === null ? {} : { min: bounds.low, max: bounds.high }), ticks: { ...ticks, maxTicksLimit: 6, includeBounds: bounds === null, callback: (value) => format(Number(value)) }, afterFit: (scale) => void (scale.width = 58) },
      },
      plugins: {
        tooltip: {
          filter: ({ dataset }) => dataset.label !== '',
          backgroundColor: theme.background,
          borderColor: theme.muted,
          borderWidth: 1,
          titleColor: theme.foreground,
          bodyColor: theme.foreground,
          titleFont: { family: theme.font, size: 11 },
          bodyFont: { family: theme.font, size: 11 },
          padding: 8,
          boxWidth: 8,
          boxHeight: 8,
          usePointStyle: true,
          callbacks: {
            title: (items) => (items[0] === undefined ? '' : `Step ${items[0].parsed.x?.toLocaleString('en-US') ?? ''}`),
            label: ({ dataset, parsed }) => `${isNamed ? `${dataset.label ?? ''}: ` : ''}${parsed.y === null ? '–' : format(parsed.y)}`,
          },
        },
      },
    },
  };
}

const compact = Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });

/** A colour that the library does not understand stays as it is. */
function fade(solid: string, opacity: number): string {
  const parsed = color(solid);
  return parsed.valid ? parsed.alpha(opacity).rgbString() : solid;
}

/** Lines without a label explain nothing in a tooltip: the band, and the raw mean under a smoothed line. */
function linesOf({ label, colour, shape }: Curve, drawing: Drawing, theme: Theme): Line[] {
  const solid = theme.series[colour % theme.series.length] ?? theme.foreground;
  const faded = (opacity: number) => fade(solid, opacity);
  const base = { pointRadius: 0, pointHitRadius: 0, pointHoverRadius: 3, borderJoinStyle: 'round' as const, tension: 0 };
  const marks: Line = { ...base, label: '', data: drawing.outliers, showLine: false, pointRadius: 4, pointHoverRadius: 4, pointStyle: 'triangle', pointBackgroundColor: theme.mark, pointBorderColor: theme.mark, clip: false };
  if (shape === 'points') {
    const radius = drawing.mean.length > 60 ? 2 : 3.5;
    return [{ ...base, label, data: drawing.mean, borderColor: solid, backgroundColor: solid, borderWidth: 1.5, borderDash: [4, 3], pointRadius: radius, pointHoverRadius: 5, pointBackgroundColor: solid, pointBorderColor: theme.background, pointBorderWidth: 1 }, marks];
  }
  const isSmoothed = drawing.smoothed.length > 0;
  const isSingle = drawing.mean.length === 1;
  const lines: Line[] = [
    { ...base, label: '', data: drawing.min, borderWidth: 0, fill: false, pointHoverRadius: 0 },
    { ...base, label: '', data: drawing.max, borderWidth: 0, fill: '-1', backgroundColor: faded(0.16), pointHoverRadius: 0 },
    { ...base, label: isSmoothed ? '' : label, data: drawing.mean, borderColor: isSmoothed ? faded(0.4) : solid, backgroundColor: solid, borderWidth: isSmoothed ? 1 : 1.75, pointHoverRadius: isSmoothed ? 0 : 3, pointRadius: isSingle ? 3 : 0 },
  ];
  if (isSmoothed) lines.push({ ...base, label, data: drawing.smoothed, borderColor: solid, backgroundColor: solid, borderWidth: 2 });
  return [...lines, marks];
}
