import { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { datasetRestoreResultSchema } from '../protocol/datasetResults.ts';
import { defineCommand } from './command.ts';

export const datasetRestoreCommand = defineCommand({
  name: 'dataset restore',
  summary: 'Bring an earlier version back',
  details: 'Writes a new version with the content of the earlier one; versions never change.',
  args: [{ name: 'dataset', description: 'id or name', isRequired: true }],
  options: [{ flags: '--version <n>', description: 'the version to bring back' }],
  examples: ['training dataset restore faq --version 1'],
  input: z.object({ dataset: z.string(), version: z.coerce.number().int().positive() }),
  result: datasetRestoreResultSchema,
  run: ({ services }, input) => Promise.resolve(services.datasets.restore(input.dataset, input.version)),
  print: ({ dataset, restoredFrom, isNew }, out) => {
    const name = plainText(dataset.name);
    if (isNew) out.line(`${name} version ${String(dataset.version)} has the content of version ${String(restoredFrom)}`);
    else out.line(`${name} version ${String(dataset.version)} already has the content of version ${String(restoredFrom)}`);
  },
});
