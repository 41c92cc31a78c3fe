import { lastValue } from '../model/series.ts';
import type { Curve } from './curves.ts';

/** A chart in words, for who does not see it: where each curve starts, ends and lies. */
export function describeCurves(title: string, curves: readonly Curve[], format: (value: number) => string): string {
  if (curves.length === 0) return `${title}: no values yet.`;
  const sentences = curves.map(({ label, series }) => {
    const { min, max, count } = series.summary;
    const last = lastValue(series);
    const from = series.step[0] ?? 0;
    const to = series.step.at(-1) ?? 0;
    if (min === null || max === null || last === null) return `${label}: no finite value.`;
    return `${label}: ${count.toLocaleString('en-US')} values from step ${String(from)} to ${String(to)}, now ${format(last)}, between ${format(min)} and ${format(max)}.`;
  });
  return `${title}. ${sentences.join(' ')}`;
}
