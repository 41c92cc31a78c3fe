import { z } from 'zod';
import { datasetFormatSchema, dedupeModeSchema, graderNameSchema } from './datasets.ts';
import { jobPrioritySchema } from './jobs.ts';
import { runStateSchema } from './runs.ts';

/** Which runs to list, newest first. */
export const runQuerySchema = z.object({
  states: z.array(runStateSchema).default([]).describe('Empty is every state.'),
  agent: z.string().nullable().default(null),
  dataset: z.string().nullable().default(null),
  model: z.string().nullable().default(null),
  since: z.iso.datetime().nullable().default(null),
  limit: z.int().min(1).max(1000).default(200),
  cursor: z.string().nullable().default(null),
});

/** An agent's name, also a folder under CodeAgents. */
const agentNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'takes letters, digits, dash and underscore');

/** What a run is started with from the editor: the same as the flags of `training start`. */
export const startRequestSchema = z.object({
  dataset: z.string().min(1).max(200).describe('Id or name, with @2 for a version.'),
  evalDataset: z.string().min(1).max(200).nullable().default(null),
  model: z.string().min(1).max(500).nullable().default(null),
  profile: z.string().min(1).max(100).nullable().default(null),
  campaign: z.string().min(1).max(100).nullable().default(null),
  agent: agentNameSchema.nullable().default(null),
  priority: jobPrioritySchema.default('normal'),
  set: z.array(z.object({ key: z.string().min(1).max(100), value: z.union([z.string(), z.number(), z.boolean(), z.null()]) })).max(100).default([]).describe('Training options by dotted key.'),
});
export type StartRequest = z.output<typeof startRequestSchema>;

/** What is imported from the editor: the same as the flags of `training prepare`. Absent means that command's default. */
export const prepareRequestSchema = z.object({
  paths: z.array(z.string().min(1)).min(1).describe('Absolute, or relative to the workspace.'),
  plan: z.boolean().default(false),
  name: z.string().optional(),
  format: datasetFormatSchema.optional(),
  minQuality: z.number().optional(),
  dedupe: dedupeModeSchema.optional(),
  split: z.string().optional(),
  map: z.array(z.string()).optional(),
  grader: graderNameSchema.optional(),
  maxIssues: z.int().min(0).max(100_000).optional(),
});
