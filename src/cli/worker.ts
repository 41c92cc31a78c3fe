import { z } from 'zod';
import { workerResultSchema } from '../protocol/jobResults.ts';
import { defineCommand } from './command.ts';

export const workerCommand = defineCommand({
  name: 'worker',
  summary: 'Start the worker of this workspace, or show the one that runs',
  details: 'The worker executes the queue. It ends by itself a minute after the last job. Its log is .training/logs/worker.log.',
  options: [{ flags: '--foreground', description: 'follow the worker until it ends; Ctrl-C stops following, never the worker' }],
  examples: ['training worker', 'training worker --foreground'],
  input: z.object({ foreground: z.boolean().default(false) }),
  result: workerResultSchema,
  run: async ({ services, signal, out }, input) => {
    const { pid, hasStarted } = await services.jobs.ensureWorker();
    const { log } = services.jobs;
    if (!input.foreground) return { pid, state: hasStarted ? ('started' as const) : ('running' as const), log };
    out.note(`worker ${pid}; its log is ${log}`);
    await services.jobs.waitForWorkerEnd(signal);
    return { pid: services.jobs.livingWorkerPid(), state: 'ended' as const, log };
  },
  print: (result, out) => out.line(result.pid === null ? 'The worker has ended: nothing is left to do.' : `worker ${result.pid}: ${result.state}; log ${result.log}`),
});
