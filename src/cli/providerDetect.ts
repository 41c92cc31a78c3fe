import { z } from 'zod';
import { detectResultSchema } from '../protocol/providers.ts';
import { plainText } from '../common/plainText.ts';
import { defineCommand } from './command.ts';

const shownModels = 5;

export const providerDetectCommand = defineCommand({
  name: 'provider detect',
  summary: 'Look for Ollama, LM Studio, vLLM and llama.cpp on this machine',
  details: 'Asks their usual ports on 127.0.0.1 once each for their models, without a key. Asks no other port and no other machine. Writes nothing.',
  examples: ['training provider detect', 'training provider detect --json'],
  input: z.object({}),
  result: detectResultSchema,
  run: async ({ services, signal }) => await services.providers.detect(signal),
  print: (result, out) => {
    for (const server of result.found) {
      const more = server.models.length > shownModels ? `, and ${String(server.models.length - shownModels)} more` : '';
      out.line(`${server.label} at ${server.url}: ${server.models.length === 0 ? 'no model' : server.models.slice(0, shownModels).map((model) => plainText(model)).join(', ')}${more}`);
      const [model] = server.models;
      if (!server.isConfigured && model !== undefined) out.hint(`training provider add ${server.name} --model ${plainText(model)}`);
    }
    if (result.found.length === 0) out.line(`No server answers at ${result.asked.join(', ')}.`);
  },
});
