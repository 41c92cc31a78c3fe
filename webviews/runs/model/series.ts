import { envelopeFields } from '../../../src/protocol/envelopeFields.ts';

/** A metric drawn small: a bucket per index. NaN where a bucket has no finite value. */
export interface Series {
  key: string;
  count: number;
  step: Float64Array;
  /** Seconds since the epoch. */
  time: Float64Array;
  min: Float64Array;
  max: Float64Array;
  mean: Float64Array;
  summary: SeriesSummary;
}

export interface SeriesSummary {
  first: number | null;
  last: number | null;
  min: number | null;
  max: number | null;
  mean: number | null;
  count: number;
}

/** Columns of an envelope as views of its bytes. Throws when the bytes are not as many as the count says. */
export function decodeSeries({ key, count, data, summary }: { key: string; count: number; data: ArrayBuffer; summary: SeriesSummary }): Series {
  if (data.byteLength !== count * envelopeFields.length * 8) throw new Error(`The envelope of ${key} has ${String(data.byteLength)} bytes for ${String(count)} buckets.`);
  const column = (name: (typeof envelopeFields)[number]) => new Float64Array(data, envelopeFields.indexOf(name) * count * 8, count);
  return { key, count, step: column('step'), time: column('time'), min: column('min'), max: column('max'), mean: column('mean'), summary };
}

/** The newest finite mean; null where there is none. */
export function lastValue(series: Series | undefined): number | null {
  return series?.mean.findLast((value) => Number.isFinite(value)) ?? null;
}
