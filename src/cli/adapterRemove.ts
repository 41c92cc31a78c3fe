import { z } from 'zod';
import { adapterRemoveResultSchema } from '../protocol/adapters.ts';
import { defineCommand } from './command.ts';

export const adapterRemoveCommand = defineCommand({
  name: 'adapter remove',
  summary: 'Move an adapter to the trash; refused while deployed',
  details: 'Moves its files to .training/trash. Asks for --yes.',
  args: [{ name: 'adapter', description: 'an adapter by id, name, name@version or run, or latest', isRequired: true }],
  examples: ['training adapter remove bugs@1 --yes'],
  input: z.object({ adapter: z.string().min(1) }),
  result: adapterRemoveResultSchema,
  run: async ({ services, isConfirmed }, input) => await services.adapters.remove(input.adapter, isConfirmed),
  print: (result, out) => out.line(`removed ${result.adapter.id}; its files are in ${result.trash}`),
});
