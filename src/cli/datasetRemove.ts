import { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { datasetRemoveResultSchema } from '../protocol/datasetResults.ts';
import { defineCommand } from './command.ts';

export const datasetRemoveCommand = defineCommand({
  name: 'dataset remove',
  summary: 'Remove a dataset with all its versions',
  details: 'Moves its folder to .training/trash. Refused while a run needs it; asks for --yes.',
  args: [{ name: 'dataset', description: 'id or name', isRequired: true }],
  examples: ['training dataset remove faq --yes'],
  input: z.object({ dataset: z.string() }),
  result: datasetRemoveResultSchema,
  run: ({ services, isConfirmed }, input) => services.datasets.remove(input.dataset, isConfirmed),
  print: ({ removed, trash }, out) => out.line(`removed ${plainText(removed.name)} (${removed.id}); its files are in ${plainText(trash)}`),
});
