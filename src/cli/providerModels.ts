import { z } from 'zod';
import { providerModelsResultSchema } from '../protocol/providers.ts';
import { plainText } from '../common/plainText.ts';
import { defineCommand } from './command.ts';
import { priceText } from './priceText.ts';
import { renderTable } from './table.ts';

export const providerModelsCommand = defineCommand({
  name: 'provider models',
  summary: 'List the models that a provider has',
  details: 'Asks the provider’s server, with its key. Writes nothing.',
  args: [{ name: 'name', description: 'a provider of “training provider list”', isRequired: true }],
  examples: ['training provider models ollama'],
  input: z.object({ name: z.string().min(1) }),
  result: providerModelsResultSchema,
  run: async ({ services, signal }, input) => await services.providers.models(input.name, signal),
  print: (result, out) => {
    const rows = result.models.map((model) => [plainText(model.reference), priceText(model.price)]);
    out.line(rows.length === 0 ? 'It has no model.' : renderTable(out, [{ title: 'model' }, { title: 'price per million tokens' }], rows));
  },
});
