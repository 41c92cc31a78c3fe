import type { RunDetails } from '../../../src/protocol/runDetails.ts';

export interface TimelineRow {
  phase: string;
  /** Of all its times together. */
  seconds: number;
  isLasting: boolean;
  /** Percent of the whole width. */
  bars: { left: number; width: number }[];
}

/** A bar narrower than this is not seen. */
const leastWidth = 0.6;

/**
 * Phases as rows on one line of time, in the order in which they first began. Waiting between two attempts is left
 * out. A phase without an end lasts until its attempt ended, and till `now` in the attempt that is running.
 */
export function layPhases(details: Pick<RunDetails, 'phases' | 'attempts'> | undefined, times: { now: number; ended: number | null }): TimelineRow[] {
  if (details === undefined || details.phases.length === 0) return [];
  const ends = new Map(details.attempts.map(({ number, ended }) => [number, ended === null ? times.ended : Date.parse(ended) / 1000]));
  const spans = details.phases.map(({ attempt, phase, from, to }) => ({ attempt, phase, from, to: Math.max(from, to ?? ends.get(attempt) ?? times.now), isLasting: to === null && (ends.get(attempt) ?? null) === null }));
  const offsets = attemptOffsets(spans);
  const total = [...offsets.values()].reduce((sum, { length }) => sum + length, 0) || 1;
  const rows = new Map<string, TimelineRow>();
  for (const { attempt, phase, from, to, isLasting } of spans) {
    const row = rows.get(phase) ?? { phase, seconds: 0, isLasting: false, bars: [] };
    const place = offsets.get(attempt);
    const left = (((place?.before ?? 0) + from - (place?.start ?? from)) / total) * 100;
    const width = Math.max(leastWidth, ((to - from) / total) * 100);
    row.bars.push({ left: Math.min(left, 100 - width), width });
    row.seconds += to - from;
    row.isLasting ||= isLasting;
    rows.set(phase, row);
  }
  return [...rows.values()];
}

/** Where each attempt begins in seconds, how much lies before it, and how long it took. */
function attemptOffsets(spans: readonly { attempt: number; from: number; to: number }[]): Map<number, { start: number; before: number; length: number }> {
  const offsets = new Map<number, { start: number; before: number; length: number }>();
  let before = 0;
  for (const attempt of [...new Set(spans.map((span) => span.attempt))].sort((left, right) => left - right)) {
    const own = spans.filter((span) => span.attempt === attempt);
    const start = Math.min(...own.map(({ from }) => from));
    const length = Math.max(...own.map(({ to }) => to)) - start;
    offsets.set(attempt, { start, before, length });
    before += length;
  }
  return offsets;
}
