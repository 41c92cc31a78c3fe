import { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { datasetRemoveResultSchema } from '../protocol/datasetResults.ts';
import { defineCommand } from './command.ts';

export const datasetRemoveCommand = defineCommand({
  name: 'dataset remove',
  summary: 'Remove a dataset with all its versions',
  details: 'Moves its folder to .training/trash. Refused while a run needs it, or could still be resumed with it; asks for --yes.',
  args: [{ name: 'dataset', description: 'id or name', isRequired: true }],
  options: [{ flags: '--force', description: 'also when stopped runs could still be resumed: they then can’t be any more, what they trained stays' }],
  examples: ['training dataset remove faq --yes'],
  input: z.object({ dataset: z.string(), force: z.boolean().default(false) }),
  result: datasetRemoveResultSchema,
  run: ({ services, isConfirmed }, input) => services.datasets.remove(input.dataset, { isConfirmed, isForced: input.force }),
  print: ({ removed, trash, endedRuns }, out) => {
    out.line(`removed ${plainText(removed.name)} (${removed.id}); its files are in ${plainText(trash)}`);
    if (endedRuns.length > 0) out.line(`no longer resumable: ${endedRuns.join(', ')}`);
  },
});
