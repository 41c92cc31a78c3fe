import { z } from 'zod';
import { phaseNames } from './events.ts';
import { runIdSchema } from './ids.ts';
import { configLayerSchema } from './runs.ts';

const configValueSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** What a run did and how it was configured: for its panel, and for comparing runs. */
export const runDetailsSchema = z.object({
  runId: runIdSchema,
  attempts: z.array(
    z.object({
      number: z.int().positive(),
      started: z.string(),
      ended: z.string().nullable(),
      endReason: z.string().nullable(),
      firstStep: z.int().nullable().describe('Steps that the checkpoint it went on from had done; null until it has planned.'),
      resumedFrom: z.string().nullable().describe('Name of that checkpoint.'),
    }),
  ),
  phases: z.array(
    z.object({
      attempt: z.int().positive(),
      phase: z.enum(phaseNames),
      from: z.number().describe('Seconds since the epoch.'),
      to: z.number().nullable().describe('Null while it lasts, and where the attempt ended within it unsaid.'),
    }),
  ),
  config: z.record(z.string(), configValueSchema).describe('By dotted key, as `--set` takes them; a list is written with commas. Empty where the run’s folder is gone.'),
  configSources: z.record(z.string(), configLayerSchema),
});
export type RunDetails = z.infer<typeof runDetailsSchema>;
