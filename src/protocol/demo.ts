import { z } from 'zod';
import { adapterTestResultSchema } from './adapters.ts';
import { prepareResultSchema } from './datasets.ts';
import { runSummarySchema } from './runs.ts';
import { setupFactsSchema } from './setup.ts';

/** Result of `training demo`: every figure was measured by it. */
export const demoResultSchema = z.object({
  workspace: z.string().describe('The scratch workspace; the next demo removes it unless --keep was given.'),
  setup: setupFactsSchema,
  dataset: prepareResultSchema.shape.dataset,
  run: runSummarySchema,
  test: adapterTestResultSchema,
  seconds: z.number().describe('All of it.'),
  phases: z.object({ setupSeconds: z.number(), prepareSeconds: z.number(), trainSeconds: z.number(), testSeconds: z.number() }),
});
export type DemoResult = z.infer<typeof demoResultSchema>;
