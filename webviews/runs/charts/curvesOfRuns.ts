import type { RunPanelState, Zoom } from '../store.ts';
import type { Curve } from './curves.ts';

const metricNames: Readonly<Record<string, string>> = {
  loss: 'Train',
  validationLoss: 'Validation',
  learningRate: 'Learning rate',
  gradNorm: 'Gradient norm',
  tokensPerSecond: 'Tokens/s',
  chosenLogProbPerToken: 'Chosen',
  rejectedLogProbPerToken: 'Rejected',
  validationChosenLogProbPerToken: 'Chosen, validation',
  validationRejectedLogProbPerToken: 'Rejected, validation',
  rawPreference: 'Train',
  validationRawPreference: 'Validation',
  rewardAccuracy: 'Train',
  validationRewardAccuracy: 'Validation',
  rewardMargin: 'Train',
  validationRewardMargin: 'Validation',
  klEstimate: 'Train',
  validationKlEstimate: 'Validation',
};

interface Wanted extends Pick<RunPanelState, 'series'> {
  ids: readonly string[];
  /** What each of them is called. */
  names: readonly string[];
  keys: readonly string[];
}

/** Some metrics of some runs as curves: one colour per run, and of a single run one per metric. */
export function curvesOf({ ids, names, keys, series }: Wanted): Curve[] {
  const isMany = ids.length > 1;
  return ids.flatMap((id, place) =>
    keys.flatMap((key, metric) => {
      const one = series[id]?.[key];
      if (one === undefined || one.count === 0) return [];
      const name = metricNames[key] ?? key;
      const run = `${names[place] ?? id} ${shortId(id)}`;
      const label = !isMany ? name : keys.length === 1 ? run : `${run} ${name.toLowerCase()}`;
      return [{ id: `${id} ${key}`, label, series: one, colour: isMany ? place : metric, shape: key.startsWith('validation') ? 'points' : 'band' }];
    }),
  );
}

/** Enough of an id to tell runs apart. */
export function shortId(id: string): string {
  return id.slice(-4);
}

/** The steps that there are: from the first that is drawn to the last that a run has done; null before there are two. */
export function reachOf(series: RunPanelState['series'], ids: readonly string[], last: number): Zoom | null {
  // Preferences are evaluated before the first step.
  const first = Math.min(...ids.flatMap((id) => [series[id]?.loss?.step[0] ?? [], series[id]?.validationLoss?.step[0] ?? []].flat()), 1);
  return last > first ? { from: first, to: last } : null;
}
