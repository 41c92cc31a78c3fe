import { z } from 'zod';
import { jobSummarySchema } from './jobs.ts';
import { runSummarySchema } from './runs.ts';

/** Result of the commands that change one job. */
export const jobResultSchema = z.object({ job: jobSummarySchema });

export const workerResultSchema = z.object({
  pid: z.int().nullable(),
  state: z.enum(['started', 'running', 'ended']),
  log: z.string().describe('The worker’s log.'),
});

export const stopResultSchema = z.object({
  run: runSummarySchema,
  checkpoint: z.string().nullable().describe('The newest checkpoint; null where none was saved, and with --discard.'),
});

export type StopResult = z.infer<typeof stopResultSchema>;

export const resumeResultSchema = z.object({
  run: runSummarySchema,
  jobId: z.string(),
  checkpoint: z.string().describe('What it goes on from.'),
  restored: z.array(z.string()).describe('What comes back from the checkpoint.'),
  rejected: z.array(z.object({ name: z.string(), problem: z.string() })).describe('Newer checkpoints that do not verify.'),
  workerProblem: z.string().nullable().describe('Why no worker is ready, with the end of its log. The run is queued none the less.'),
});
export type ResumeResult = z.infer<typeof resumeResultSchema>;
