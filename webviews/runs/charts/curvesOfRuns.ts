import type { RunPanelState, Zoom } from '../store.ts';
import type { Curve } from './curves.ts';

const names: Readonly<Record<string, string>> = { loss: 'Train', validationLoss: 'Validation', learningRate: 'Learning rate', gradNorm: 'Gradient norm', tokensPerSecond: 'Tokens/s' };

interface Wanted extends Pick<RunPanelState, 'runs' | 'series'> {
  ids: readonly string[];
  keys: readonly string[];
}

/** Some metrics of some runs as curves: one colour per run, and of a single run one per metric. */
export function curvesOf({ ids, keys, runs, series }: Wanted): Curve[] {
  const isMany = ids.length > 1;
  return ids.flatMap((id, place) =>
    keys.flatMap((key, metric) => {
      const one = series[id]?.[key];
      if (one === undefined || one.count === 0) return [];
      const name = names[key] ?? key;
      const run = `${runs[id]?.run.dataset ?? id} ${shortId(id)}`;
      const label = !isMany ? name : keys.length === 1 ? run : `${run} ${name.toLowerCase()}`;
      return [{ id: `${id} ${key}`, label, series: one, colour: isMany ? place : metric, shape: key === 'validationLoss' ? 'points' : 'band' }];
    }),
  );
}

/** Enough of an id to tell runs apart. */
export function shortId(id: string): string {
  return id.slice(-4);
}

/** The steps that the runs have; null before the first. A run without a zoom has points to its end. */
export function reachOf(runs: RunPanelState['runs'], series: RunPanelState['series'], ids: readonly string[]): Zoom | null {
  const last = Math.max(0, ...ids.map((id) => runs[id]?.run.step ?? 0));
  const first = Math.min(...ids.flatMap((id) => series[id]?.loss?.step[0] ?? []), 1);
  return last > first ? { from: first, to: last } : null;
}
