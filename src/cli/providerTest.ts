import { z } from 'zod';
import { providerTestResultSchema } from '../protocol/providers.ts';
import { plainText } from '../common/plainText.ts';
import { defineCommand } from './command.ts';

export const providerTestCommand = defineCommand({
  name: 'provider test',
  summary: 'Greet a provider’s model, and find out what it can do',
  details: 'Asks the server a few short questions, which a paid provider charges: an answer, one by a JSON Schema, a call of a tool, log-probabilities. What the model can do is kept in the home folder’s cache for 30 days (a day for servers on this machine), so that nothing else asks for it again.',
  args: [{ name: 'name', description: 'a provider of “training provider list”', isRequired: true }],
  options: [{ flags: '--model <model>', description: 'a model of it (default: its own, else the first that it lists)' }],
  examples: ['training provider test ollama', 'training provider test openai --model gpt-5-mini'],
  input: z.object({ name: z.string().min(1), model: z.string().min(1).optional() }),
  result: providerTestResultSchema,
  run: async ({ services, signal }, input) => await services.providers.test(input.name, input.model ?? null, signal),
  print: (result, out) => {
    const { capabilities, usage } = result;
    out.line(`${plainText(result.model)} at ${plainText(result.url)} answers: ${plainText(result.answer)}`);
    out.line(`structured answers: ${capabilities.structuredOutput === 'enforced' ? 'by a JSON Schema' : 'only by asking'} · tools: ${yesOrNo(capabilities.hasTools)} · log-probabilities: ${yesOrNo(capabilities.hasLogprobs)} · context: ${capabilities.contextLength === null ? 'not told' : `${String(capabilities.contextLength)} tokens`}`);
    out.line(`${result.seconds.toFixed(1)} s · ${tokensText(usage.promptTokens)} in, ${tokensText(usage.completionTokens)} out · ${result.costUsd === null ? 'cost unknown' : `$${result.costUsd.toFixed(6)}`} · ${result.keyPlace === '' ? 'no key' : `key from ${plainText(result.keyPlace)}`}`);
  },
});

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

function tokensText(tokens: number | null): string {
  return tokens === null ? 'tokens not told' : `${String(tokens)} tokens`;
}
