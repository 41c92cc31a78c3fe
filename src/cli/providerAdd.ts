import { z } from 'zod';
import { environmentNameSchema, keepKeySchema, providerResultSchema, type KeptKey } from '../protocol/providers.ts';
import { usageError } from '../protocol/errors.ts';
import { plainText } from '../common/plainText.ts';
import { defineCommand } from './command.ts';
import { readSecret } from './readSecret.ts';

const price = z.coerce.number().nonnegative();

export const providerAddCommand = defineCommand({
  name: 'provider add',
  summary: 'Add a provider of chat models, or change the one of that name',
  details:
    'Writes providers.json into the home folder: never into a workspace. Asks no server: training provider test does. ' +
    'With --key-stdin the key goes to the keyring of the platform, where a second process could read it back from there, else into keys.json of the home, which only you can read; the output says which and why. ' +
    'openai, deepseek, ollama, lmstudio, vllm and llamacpp are known by name; any other needs --url. A key is bound to the address that it was given for.',
  args: [{ name: 'name', description: 'how references name it, as in NAME:MODEL', isRequired: true }],
  options: [
    { flags: '--url <url>', description: 'base URL of an OpenAI-compatible server, with its /v1' },
    { flags: '--model <model>', description: 'the model where none is named' },
    { flags: '--key-env <variable>', description: 'environment variable that holds the key' },
    { flags: '--key-stdin', description: 'read the key from standard input and keep it, in the keyring or in keys.json' },
    { flags: '--keep-key <place>', description: 'where to keep it: only in the keyring, or in the file keys.json (default: the keyring where it keeps it)', choices: keepKeySchema.options },
    { flags: '--allow-http', description: 'plain HTTP to another machine: others on the way can read prompts and the key' },
    { flags: '--input-price <usd>', description: 'of the model, in US dollars per million tokens' },
    { flags: '--output-price <usd>', description: 'of the model, in US dollars per million tokens' },
    { flags: '--first-piece <seconds>', description: 'how long to wait for the beginning of an answer' },
    { flags: '--default', description: 'use its model where none is named' },
  ],
  examples: [
    'training provider add openai --model gpt-5-mini',
    'training provider add ollama --model qwen3:8b --default',
    'training provider add work --url https://llm.example.com/v1 --model big --key-env WORK_LLM_KEY',
    'training provider add deepseek --model deepseek-flash --key-stdin < key.txt',
  ],
  input: z.object({
    name: z.string().min(1),
    url: z.string().min(1).optional(),
    model: z.string().min(1).max(300).optional(),
    keyEnv: environmentNameSchema.optional(),
    keyStdin: z.boolean().default(false),
    keepKey: keepKeySchema.optional(),
    allowHttp: z.boolean().default(false),
    inputPrice: price.optional(),
    outputPrice: price.optional(),
    firstPiece: z.coerce.number().positive().max(3600).optional(),
    default: z.boolean().default(false),
  }),
  result: providerResultSchema,
  run: async ({ services, out, signal }, input) => {
    if ((input.inputPrice === undefined) !== (input.outputPrice === undefined)) throw usageError('usage', 'A price has two parts.', { hint: 'Give --input-price and --output-price.' });
    if (input.keepKey !== undefined && !input.keyStdin) throw usageError('usage', 'There is no key to keep.', { hint: 'Add --key-stdin.' });
    const key = input.keyStdin ? await readSecret(process.stdin, (text) => out.note(text)) : null;
    return await services.providers.add(
      {
        name: input.name,
        url: input.url ?? null,
        model: input.model ?? null,
        keyEnv: input.keyEnv ?? null,
        key,
        keepKey: input.keepKey ?? null,
        allowsHttp: input.allowHttp,
        price: input.inputPrice === undefined || input.outputPrice === undefined ? null : { inputUsd: input.inputPrice, outputUsd: input.outputPrice },
        firstPieceSeconds: input.firstPiece ?? null,
        isDefault: input.default,
      },
      signal,
    );
  },
  print: ({ provider, kept }, out) => {
    out.line(`${provider.name}: ${plainText(provider.url)}${provider.model === null ? '' : `, ${plainText(provider.model)}`}`);
    if (kept !== null) out.line(keptText(kept));
    if (provider.keySource === 'missing') out.hint(`It has no key yet: set ${provider.keyEnv ?? 'a variable and name it with --key-env'}, or add --key-stdin.`);
    out.hint(`training provider test ${provider.name} tries it.`);
  },
});

function keptText({ file, reason }: KeptKey): string {
  if (file === null) return 'The key is kept in the keyring: a second process read it back from there.';
  return plainText(`The key is kept in ${file}, which only you can read${reason === null ? '' : `, and not in the keyring, because ${reason}`}.`);
}
