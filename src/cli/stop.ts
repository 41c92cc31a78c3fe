import { z } from 'zod';
import { stopResultSchema } from '../protocol/jobResults.ts';
import { defineCommand } from './command.ts';

export const stopCommand = defineCommand({
  name: 'stop',
  summary: 'End a run: it finishes its step, saves a checkpoint and is gone within 30 seconds',
  details: 'Writes to the workspace’s database; the worker tells the trainer. A run that is over stays as it is, and stopping twice is no error.',
  args: [{ name: 'run', description: 'a run’s id, its beginning, or latest', isRequired: true }],
  options: [{ flags: '--discard', description: 'do not save a last checkpoint' }],
  examples: ['training stop latest', 'training stop run_20260101-120000-abcdefgh --discard'],
  input: z.object({ run: z.string().min(1), discard: z.boolean().default(false) }),
  result: stopResultSchema,
  run: async ({ services, signal, out }, input) =>
    await services.stopRun(input.run, {
      isDiscarding: input.discard,
      signal,
      onWait: () => out.note(input.discard ? 'ending the trainer' : 'waiting for the trainer to save and end'),
    }),
  print: ({ run, checkpoint }, out) => {
    out.line(`${run.id}: ${run.state} at step ${run.step}${checkpoint === null ? '' : `, checkpoint ${checkpoint}`}`);
    if (run.state === 'cancelled' && checkpoint !== null) out.hint(`training resume ${run.id}`);
  },
});
