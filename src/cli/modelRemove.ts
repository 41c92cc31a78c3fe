import { z } from 'zod';
import { modelRemoveResultSchema } from '../protocol/models.ts';
import { megabytes } from './bytes.ts';
import { defineCommand } from './command.ts';

export const modelRemoveCommand = defineCommand({
  name: 'model remove',
  summary: 'Delete a base model of the home folder',
  details: 'Deletes files under the home folder, never in the hub’s cache. Asks for --yes.',
  args: [{ name: 'model', description: 'a model of “training model list”', isRequired: true }],
  examples: ['training model remove smollm2-135m-instruct --yes'],
  input: z.object({ model: z.string().min(1) }),
  result: modelRemoveResultSchema,
  run: async ({ services, isConfirmed }, input) => await services.models.remove(input.model, isConfirmed),
  print: (result, out) => out.line(`removed ${result.id}, ${megabytes(result.freedBytes)} free again`),
});
