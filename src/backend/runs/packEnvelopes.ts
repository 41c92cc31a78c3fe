import { envelopeFields } from '../../protocol/envelopeFields.ts';
import type { EnvelopesResult } from '../../protocol/envelopes.ts';
import type { RunId } from '../../protocol/ids.ts';
import { metricKeys } from '../store/metrics.ts';
import type { Db } from '../store/sqlite.ts';
import { drawEnvelope, type Envelope } from './envelope.ts';

/** The envelopes of some metrics as columns of numbers, for drawing. */
export function packEnvelopes(db: Db, runId: RunId, wanted: readonly string[], range: { from: number | null; to: number | null; buckets: number }): EnvelopesResult {
  const keys = metricKeys(db, runId);
  const series = keys.filter((key) => wanted.includes(key)).map((key) => {
    const envelope = drawEnvelope(db, runId, key, range);
    return { key, count: envelope.points.length, data: pack(envelope.points), summary: envelope.summary };
  });
  return { runId, keys, series };
}

function pack(points: Envelope['points']): string {
  const { length } = points;
  const columns = new Float64Array(length * envelopeFields.length);
  points.forEach(({ step, t, min, max, mean }, index) => {
    [step, t, min, max, mean].forEach((value, column) => {
      columns[column * length + index] = value ?? Number.NaN;
    });
  });
  return Buffer.from(columns.buffer).toString('base64');
}
