import { z } from 'zod';
import { jobIdSchema } from './ids.ts';

export const jobStatusSchema = z.enum(['queued', 'processing', 'completed', 'failed', 'skipped']);
export type JobStatus = z.infer<typeof jobStatusSchema>;

export const jobPrioritySchema = z.enum(['high', 'normal', 'low']);
export type JobPriority = z.infer<typeof jobPrioritySchema>;

export const jobSummarySchema = z.object({
  id: jobIdSchema,
  kind: z.literal('train'),
  priority: jobPrioritySchema,
  position: z.int().nullable().describe('Place in the queue, from 1; null once it is no longer queued.'),
  status: jobStatusSchema,
  reason: z.string().nullable(),
  runId: z.string().nullable(),
  attempts: z.int(),
  maxAttempts: z.int(),
  notBefore: z.string().nullable(),
  configHash: z.string().nullable(),
  gitCommit: z.string().nullable(),
  created: z.string(),
  started: z.string().nullable(),
  ended: z.string().nullable(),
});
export type JobSummary = z.infer<typeof jobSummarySchema>;

export const queueResultSchema = z.object({ jobs: z.array(jobSummarySchema), healthy: z.boolean(), paused: z.boolean() });
export type QueueResult = z.infer<typeof queueResultSchema>;
