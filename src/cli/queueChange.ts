import { z } from 'zod';
import { jobResultSchema } from '../protocol/jobResults.ts';
import { jobPrioritySchema, queueResultSchema } from '../protocol/jobs.ts';
import { defineCommand } from './command.ts';
import type { Output } from './output.ts';

const jobArgument = { name: 'job', description: 'a job’s id, as training queue shows it', isRequired: true };
const job = z.string().min(1);

export const queueMoveCommand = defineCommand({
  name: 'queue move',
  summary: 'Move a queued job to a place',
  args: [jobArgument],
  options: [{ flags: '--to <place>', description: 'the place, counting from 1' }],
  examples: ['training queue move job_20260101-120000-abcdefgh --to 1'],
  input: z.object({ job, to: z.coerce.number().int().min(1) }),
  result: jobResultSchema,
  run: async ({ services }, input) => {
    await services.jobs.reconcile();
    return { job: services.jobs.move(input.job, input.to) };
  },
  print: printJob,
});

export const queuePriorityCommand = defineCommand({
  name: 'queue priority',
  summary: 'Give a queued job another priority',
  args: [jobArgument, { name: 'priority', description: 'high, normal or low', isRequired: true }],
  examples: ['training queue priority job_20260101-120000-abcdefgh high'],
  input: z.object({ job, priority: jobPrioritySchema }),
  result: jobResultSchema,
  run: async ({ services }, input) => {
    await services.jobs.reconcile();
    return { job: services.jobs.prioritize(input.job, input.priority) };
  },
  print: printJob,
});

export const queueCancelCommand = defineCommand({
  name: 'queue cancel',
  summary: 'Cancel a job: a queued one never begins, a running one saves and ends',
  args: [jobArgument],
  examples: ['training queue cancel job_20260101-120000-abcdefgh'],
  input: z.object({ job }),
  result: jobResultSchema,
  run: async ({ services }, input) => ({ job: await services.jobs.cancel(input.job) }),
  print: printJob,
});

export const queuePauseCommand = defineCommand({
  name: 'queue pause',
  summary: 'Start no further job; what runs goes on',
  examples: ['training queue pause'],
  input: z.object({}),
  result: queueResultSchema,
  run: async ({ services }) => {
    services.jobs.pause();
    return await Promise.resolve(services.jobs.list({ minDepth: 0, includeEnded: false }));
  },
  print: printState,
});

export const queueResumeCommand = defineCommand({
  name: 'queue resume',
  summary: 'Start jobs again after a pause',
  examples: ['training queue resume'],
  input: z.object({}),
  result: queueResultSchema,
  run: async ({ services }) => {
    await services.jobs.resume();
    return services.jobs.list({ minDepth: 0, includeEnded: false });
  },
  print: printState,
});

function printJob({ job: changed }: z.input<typeof jobResultSchema>, out: Output): void {
  const place = changed.position === null ? '' : `, place ${changed.position}`;
  out.line(`${changed.id}: ${changed.status}, priority ${changed.priority}${place}`);
}

function printState(result: z.input<typeof queueResultSchema>, out: Output): void {
  out.line(result.paused ? 'The queue is paused.' : 'The queue is open.');
}
