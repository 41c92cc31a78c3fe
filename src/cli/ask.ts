import { text as readAll } from 'node:stream/consumers';
import { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { usageError } from '../protocol/errors.ts';
import { askResultSchema, samplingSchema } from '../protocol/inference.ts';
import { defineCommand } from './command.ts';

const defaults = samplingSchema.parse({});

export const askCommand = defineCommand({
  name: 'ask',
  summary: 'Ask a model, with or without an adapter; the answer is streamed',
  details: 'Reads the prompt from the command line, or from standard input when none is given. Writes nothing.',
  args: [{ name: 'prompt', description: 'the question; standard input without it' }],
  options: [
    { flags: '--model <model>', description: 'a model of “training model list”, the path of a GGUF, or a provider’s as PROVIDER:MODEL (default: the adapter’s base, else the built-in model)' },
    { flags: '--adapter <adapter>', description: 'an adapter of “training adapter list”, by id, name or run, or latest' },
    { flags: '--system <text>', description: 'a system prompt' },
    { flags: '--max-tokens <n>', description: `longest answer in tokens (default: ${String(defaults.maxTokens)})` },
    { flags: '--temperature <t>', description: `0 always takes the likeliest token (default: ${String(defaults.temperature)})` },
    { flags: '--seed <n>', description: 'seed of the sampling' },
  ],
  examples: [
    'training ask "What is the capital of France?"',
    'training ask --adapter bugs "Login crashes on Android 14 since 3.2.1"',
    'training ask --model openai:gpt-5-mini "Why is the sky blue?"',
    'training ask --json < question.txt',
  ],
  input: z.object({
    prompt: z.string().optional(),
    model: z.string().min(1).optional(),
    adapter: z.string().min(1).optional(),
    system: z.string().optional(),
    maxTokens: z.coerce.number().pipe(samplingSchema.shape.maxTokens.unwrap()).default(defaults.maxTokens),
    temperature: z.coerce.number().pipe(samplingSchema.shape.temperature.unwrap()).default(defaults.temperature),
    seed: z.coerce.number().pipe(samplingSchema.shape.seed.unwrap()).default(defaults.seed),
  }),
  result: askResultSchema,
  run: async ({ services, out, signal }, input) => {
    const prompt = input.prompt ?? (await readPrompt());
    if (prompt.trim() === '') throw usageError('usage', 'There is no prompt.', { hint: 'Give it as an argument or on standard input.' });
    return await services.ask(
      {
        prompt,
        system: input.system ?? null,
        model: input.model ?? null,
        adapter: input.adapter ?? null,
        maxTokens: input.maxTokens,
        temperature: input.temperature,
        seed: input.seed,
      },
      {
        signal,
        onText: (text) => out.write(plainText(text, { keepNewlines: true })),
      },
    );
  },
  // The answer itself was written while it came.
  print: (result, out) => {
    out.line();
    const end = result.stop === 'length' ? ', cut at --max-tokens' : '';
    const rate = result.tokensPerSecond === null ? '' : `, ${result.tokensPerSecond.toFixed(0)} tokens/s`;
    const tokens = result.tokens === null ? 'tokens not told' : `${String(result.tokens)} tokens${rate}`;
    out.note(out.color.dim(`${tokens}${costText(result.costUsd)}${end}`));
  },
});

/** Models of this machine cost nothing, and nothing is said of it. */
function costText(costUsd: number | null): string {
  if (costUsd === 0) return '';
  return costUsd === null ? ', cost unknown' : `, $${costUsd.toFixed(6)}`;
}

async function readPrompt(): Promise<string> {
  if (process.stdin.isTTY) return '';
  return await readAll(process.stdin);
}
