import { z } from 'zod';
import { queueResultSchema } from '../protocol/jobs.ts';
import { defineCommand, type AnyCommand } from './command.ts';
import type { Output } from './output.ts';
import { renderTable } from './table.ts';

const options = [
  { flags: '--all', description: 'ended jobs too, the newest first' },
  { flags: '--min-depth <n>', description: 'jobs that must be queued or running for the queue to count as healthy' },
];
const input = z.object({ all: z.boolean().default(false), minDepth: z.coerce.number().int().min(0).default(0) });

function listCommand(name: string): AnyCommand {
  return defineCommand({
    name,
    summary: 'Show the queue: what runs, and what waits in its order',
    details: 'Reads the workspace’s database. Starts a worker where jobs wait and none lives.',
    options,
    examples: [`training ${name}`, `training ${name} --min-depth 2 --json`],
    input,
    result: queueResultSchema,
    run: async ({ services }, { all, minDepth }) => {
      await services.jobs.reconcile();
      return services.jobs.list({ minDepth, includeEnded: all });
    },
    print: printQueue,
  });
}

export const queueCommand = listCommand('queue');
export const queueListCommand = listCommand('queue list');

function printQueue(result: z.input<typeof queueResultSchema>, out: Output): void {
  if (result.jobs.length === 0) {
    out.line('The queue is empty.');
  } else {
    const columns = [{ title: '#', align: 'right' as const }, { title: 'job' }, { title: 'run' }, { title: 'status' }, { title: 'priority' }, { title: 'tries', align: 'right' as const }, { title: 'note' }];
    out.line(renderTable(out, columns, result.jobs.map(toRow)));
  }
  if (result.paused) out.line(out.color.yellow('paused: training queue resume'));
  if (!result.healthy) out.line(out.color.yellow('not healthy: work waits and nothing moves it, or less is queued than was asked for'));
}

function toRow(job: z.input<typeof queueResultSchema>['jobs'][number]): string[] {
  const tries = `${job.attempts}/${job.maxAttempts}`;
  return [job.position === null ? '' : String(job.position), job.id, job.runId ?? '', job.status, job.priority, tries, job.reason ?? ''];
}
