import { z } from 'zod';
import { providerRemoveResultSchema } from '../protocol/providers.ts';
import { defineCommand } from './command.ts';

export const providerRemoveCommand = defineCommand({
  name: 'provider remove',
  summary: 'Remove a provider, and its key from the keyring and keys.json',
  details: 'Writes providers.json, keyring.json and keys.json in the home folder, and takes the key out of the keyring. Keys in the environment and in the editor are not touched.',
  args: [{ name: 'name', description: 'a provider that was added', isRequired: true }],
  examples: ['training provider remove work'],
  input: z.object({ name: z.string().min(1) }),
  result: providerRemoveResultSchema,
  run: async ({ services, signal }, input) => await services.providers.remove(input.name, signal),
  print: (result, out) => out.line(`removed ${result.name}${result.isKeyForgotten ? ' and its key' : ''}`),
});
