import type { TrainerEvent } from '../../protocol/events.ts';
import type { Points } from '../store/metrics.ts';

/** A trainer may add metrics of its own; a run-away one must not fill the database with series. */
const mostKeys = 64;

const notMetrics: ReadonlySet<string> = new Set(['v', 't', 'seq', 'attempt', 'kind', 'step', 'best']);

/**
 * The points in a batch of events, per attempt and metric: every number of `step` and `telemetry`, the validation loss
 * of `eval`, and tokens per second as the step's tokens over its seconds.
 */
export function collectPoints(events: readonly TrainerEvent[]): Map<string, Map<string, Points>> {
  const byAttempt = new Map<string, Map<string, Points>>();
  for (const event of events) {
    if (event.kind !== 'step' && event.kind !== 'eval' && event.kind !== 'telemetry') continue;
    let series = byAttempt.get(event.attempt);
    if (series === undefined) byAttempt.set(event.attempt, (series = new Map<string, Points>()));
    if (event.kind === 'eval') {
      add(series, 'validationLoss', event.step, event.t, event.loss ?? NaN);
      continue;
    }
    for (const key in event) {
      if (notMetrics.has(key)) continue;
      const value: unknown = event[key];
      // A missing sample is no point; a loss that is not finite is one, and is shown as a gap.
      if (typeof value === 'number') add(series, key, event.step, event.t, value);
      else if (value === null && event.kind === 'step') add(series, key, event.step, event.t, NaN);
    }
    if (event.kind === 'step' && event.seconds > 0) add(series, 'tokensPerSecond', event.step, event.t, event.tokens / event.seconds);
  }
  return byAttempt;
}

function add(series: Map<string, Points>, key: string, step: number, time: number, value: number): void {
  let points = series.get(key);
  if (points === undefined) {
    if (series.size >= mostKeys) return;
    series.set(key, (points = { steps: [], times: [], values: [] }));
  }
  points.steps.push(step);
  points.times.push(time);
  points.values.push(value);
}
