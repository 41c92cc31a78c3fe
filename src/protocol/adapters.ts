import { z } from 'zod';
import { adapterIdSchema, runIdSchema } from './ids.ts';

export const adapterSummarySchema = z.object({
  id: adapterIdSchema,
  name: z.string(),
  runId: runIdSchema.nullable(),
  agent: z.string().nullable(),
  version: z.int().positive(),
  state: z.enum(['candidate', 'deployed', 'retired']),
  baseModel: z.string(),
  baseSha256: z.string(),
  sha256: z.string(),
  hasGguf: z.boolean(),
  sizeBytes: z.int(),
  path: z.string(),
  created: z.string(),
  verdict: z.string().nullable(),
});
export type AdapterSummary = z.infer<typeof adapterSummarySchema>;

export const variantResultSchema = z.object({
  perplexity: z.number().nullable(),
  perplexityInterval: z.tuple([z.number(), z.number()]).nullable().describe('95 % bootstrap over documents.'),
  score: z.number().nullable().describe('Mean of the grader over the rows, 0 to 1; null without a grader.'),
  scores: z.record(z.string(), z.number()),
});
export type VariantResult = z.infer<typeof variantResultSchema>;

export const testSampleSchema = z.object({
  row: z.int(),
  prompt: z.string(),
  expected: z.string(),
  base: z.string(),
  fewShot: z.string().nullable(),
  tuned: z.string(),
  baseScore: z.number().nullable(),
  tunedScore: z.number().nullable(),
  change: z.enum(['better', 'same', 'worse']).nullable(),
});
export type TestSample = z.infer<typeof testSampleSchema>;

export const recommendationSchema = z.object({
  verdict: z.enum(['deploy', 'review', 'reject']),
  reasons: z.array(z.string()),
  thresholds: z.record(z.string(), z.number()),
});
export type Recommendation = z.infer<typeof recommendationSchema>;

export const adapterTestResultSchema = z.object({
  adapter: adapterSummarySchema.pick({ id: true, name: true, path: true }),
  dataset: z.object({ id: z.string(), version: z.int(), split: z.string() }),
  grader: z.string(),
  rows: z.int(),
  active: z.object({ isActive: z.boolean(), maxLogitDifference: z.number() }),
  base: variantResultSchema,
  fewShot: variantResultSchema.nullable(),
  tuned: variantResultSchema,
  samples: z.array(testSampleSchema),
  engines: z.object({ checked: z.int(), agreeing: z.int() }).nullable().describe('Answers of the serving engine against the measured one.'),
  recommendation: recommendationSchema,
  report: z.string().nullable(),
  seconds: z.number(),
});
export type AdapterTestResult = z.infer<typeof adapterTestResultSchema>;
