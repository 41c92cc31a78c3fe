import { z } from 'zod';
import { jobPrioritySchema } from '../protocol/jobs.ts';
import { resumeResultSchema } from '../protocol/jobResults.ts';
import { defineCommand } from './command.ts';
import { warnOfWorker } from './runFormat.ts';

export const resumeCommand = defineCommand({
  name: 'resume',
  summary: 'Go on with a run from its newest checkpoint that verifies',
  details:
    'Queues a further attempt and returns at once. Refused when no checkpoint verifies, or when the dataset or the base model changed. With --extend-epochs it makes a new run that begins with the old one’s adapter.',
  args: [{ name: 'run', description: 'a run’s id, its beginning, or latest', isRequired: true }],
  options: [
    { flags: '--extend-epochs <n>', description: 'make a new run of this many more epochs' },
    { flags: '--priority <priority>', description: 'place in the queue (default: the one that the run had)', choices: ['high', 'normal', 'low'] },
  ],
  examples: ['training resume latest', 'training resume latest --extend-epochs 2'],
  input: z.object({ run: z.string().min(1), extendEpochs: z.coerce.number().positive().max(1000).optional(), priority: jobPrioritySchema.optional() }),
  result: resumeResultSchema,
  run: async ({ services, signal }, input) =>
    await services.resumeRun(input.run, { priority: input.priority ?? null, extendEpochs: input.extendEpochs ?? null, signal }),
  print: ({ run, checkpoint, rejected, workerProblem }, out) => {
    for (const item of rejected) out.warn(`checkpoint ${item.name} is not used: ${item.problem}`);
    out.line(`${run.id}: ${run.state}, going on from ${checkpoint}`);
    if (workerProblem !== null) warnOfWorker(out, workerProblem);
    out.hint(`training status ${run.id} --follow`);
  },
});
