import { envelopeFields } from '../../../src/protocol/envelopeFields.ts';

/** All envelopes of a panel together: more is not seen and only costs. */
export const payloadBytes = 128 * 1024;

/** The metrics that are asked for together, and how many pixels wide they are drawn. */
export interface Drawn {
  metrics: number;
  widthPx: number;
  /** How many runs lie over each other there. */
  runs: number;
}

/** Buckets for each of some charts: one per pixel, all lowered alike where they would not fit the budget together. */
export function shareBuckets(charts: readonly Drawn[]): number[] {
  const bytesPerBucket = envelopeFields.length * 8;
  const wanted = charts.map(({ widthPx }) => Math.max(16, Math.round(widthPx)));
  const bytes = charts.reduce((sum, { metrics, runs }, index) => sum + metrics * runs * (wanted[index] ?? 0) * bytesPerBucket, 0);
  const scale = Math.min(1, payloadBytes / bytes);
  return wanted.map((buckets) => Math.max(1, Math.floor(buckets * scale)));
}
