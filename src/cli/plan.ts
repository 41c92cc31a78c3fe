import { z } from 'zod';
import { count, duration } from '../common/figures.ts';
import { planResultSchema } from '../protocol/runResults.ts';
import { defineCommand } from './command.ts';
import { renderTable } from './table.ts';

export const planCommand = defineCommand({
  name: 'plan',
  summary: 'Show what would run, in order, with rows, tokens and time',
  details: 'Reads the database and the queued runs’ folders. Writes nothing.',
  examples: ['training plan', 'training plan --json'],
  input: z.object({}),
  result: planResultSchema,
  run: async ({ services, signal }) => {
    await services.runs.refresh();
    return services.runs.planQueue(signal);
  },
  print: (result, out) => {
    if (result.jobs.length === 0) {
      out.line('The queue is empty.');
      return;
    }
    const right = { align: 'right' as const };
    const columns = [{ title: '', ...right }, { title: 'run' }, { title: 'priority' }, { title: 'model', maxWidth: 32 }, { title: 'dataset', maxWidth: 24 }, { title: 'rows', ...right }, { title: 'tokens', ...right }, { title: 'steps', ...right }, { title: 'time', ...right }, { title: 'starts in', ...right }];
    const rows = result.jobs.map((job) => [
      job.position === 0 ? '▶' : String(job.position),
      job.runId,
      job.priority,
      job.model,
      job.dataset,
      count(job.rows),
      count(job.tokens),
      count(job.steps),
      duration(job.seconds),
      job.position === 0 ? 'now' : duration(job.startsInSeconds),
    ]);
    out.line(renderTable(out, columns, rows));
    if (result.paused) out.line(out.color.yellow('the queue is paused: training queue resume'));
    if (result.seconds !== null) out.line(`all done in about ${duration(result.seconds)}`);
  },
});
