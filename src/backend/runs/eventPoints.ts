import type { TrainerEvent } from '../../protocol/events.ts';
import type { Points } from '../store/metrics.ts';

/** A trainer may add metrics of its own; a run-away one must not fill the database with series. */
const mostKeys = 64;

const notMetrics: ReadonlySet<string> = new Set(['v', 't', 'seq', 'attempt', 'kind', 'step', 'best']);
/** How much was evaluated is the same each time. */
const notEvaluated: ReadonlySet<string> = new Set([...notMetrics, 'tokens']);

/**
 * The points in a batch of events, per attempt and metric: every number of `step` and `telemetry`, those of
 * `eval` with `validation` in front (`validationLoss`), and tokens per second as the step's tokens over its seconds.
 */
export function collectPoints(events: readonly TrainerEvent[]): Map<string, Map<string, Points>> {
  const byAttempt = new Map<string, Map<string, Points>>();
  for (const event of events) {
    if (event.kind !== 'step' && event.kind !== 'eval' && event.kind !== 'telemetry') continue;
    let series = byAttempt.get(event.attempt);
    if (series === undefined) byAttempt.set(event.attempt, (series = new Map<string, Points>()));
    if (event.kind === 'eval') {
      for (const key in event) {
        if (notEvaluated.has(key)) continue;
        const value: unknown = event[key];
        if (typeof value === 'number' || value === null) add(series, validationKey(key), event.step, event.t, value ?? NaN);
      }
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

function validationKey(key: string): string {
  return `validation${key.slice(0, 1).toUpperCase()}${key.slice(1)}`;
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
