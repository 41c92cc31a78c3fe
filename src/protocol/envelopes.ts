import { z } from 'zod';
import { runIdSchema } from './ids.ts';

/** Most buckets of one series: a screen is not wider. */
const mostBuckets = 4000;

export const envelopesParamsSchema = z.object({
  run: z.string().min(1).max(200),
  keys: z.array(z.string().min(1).max(200)).min(1).max(50).describe('Metrics; one that the run does not have gives no series.'),
  from: z.number().nullable().default(null).describe('First step, inclusive; null is from the start.'),
  to: z.number().nullable().default(null).describe('Last step, inclusive; null is to the end.'),
  buckets: z.int().min(1).max(mostBuckets).default(1000),
});

/**
 * A metric drawn small with every extremum kept. `data` is base64 of little-endian Float64, one column after the other
 * in the order of `envelopeFields` (envelopeFields.ts), `count` numbers each; NaN where a bucket has no finite value. The extension hands it
 * on to a webview as an ArrayBuffer.
 */
export const envelopeSchema = z.object({
  key: z.string(),
  count: z.int(),
  data: z.string(),
  summary: z.object({ first: z.number().nullable(), last: z.number().nullable(), min: z.number().nullable(), max: z.number().nullable(), mean: z.number().nullable(), count: z.int() }),
});

export const envelopesResultSchema = z.object({
  runId: runIdSchema,
  /** All metrics that the run has, so that a panel knows what it could draw. */
  keys: z.array(z.string()),
  series: z.array(envelopeSchema),
});
export type EnvelopesResult = z.infer<typeof envelopesResultSchema>;
