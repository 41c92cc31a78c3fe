import { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { adapterImportResultSchema } from '../protocol/adapters.ts';
import { defineCommand } from './command.ts';

export const adapterImportCommand = defineCommand({
  name: 'adapter import',
  summary: 'Take a LoRA adapter in PEFT’s layout into the workspace',
  details:
    'Reads the folder, checks it (safetensors only, every value finite, fits its base) and copies it to .training/adapters.\n' +
    'Makes its GGUF twin for training ask where it has none. With a run’s id it registers the adapter of a completed run\n' +
    'where that failed.',
  args: [{ name: 'dir', description: 'folder with adapter_config.json and adapter_model.safetensors, or a run’s id', isRequired: true }],
  options: [
    { flags: '--model <model>', description: 'its base model (default: the one that it names)' },
    { flags: '--name <name>', description: 'its name here (default: the folder’s)' },
    { flags: '--agent <agent>', description: 'the agent it is for' },
  ],
  examples: ['training adapter import ./my-adapter --model smollm2-135m-instruct'],
  input: z.object({
    dir: z.string().min(1),
    model: z.string().min(1).optional(),
    name: z.string().regex(/^[^@/\\:]{1,100}$/, 'up to 100 characters, without @ : / and \\').optional(),
    agent: z.string().regex(/^[A-Za-z0-9][\w.-]{0,99}$/).optional(),
  }),
  result: adapterImportResultSchema,
  run: async ({ services, signal }, input) =>
    await services.adapters.import(
      { folder: input.dir, model: input.model ?? null, name: input.name ?? null, agent: input.agent ?? null },
      signal,
    ),
  print: ({ adapter, ggufProblem }, out) => {
    out.line(adapter.id);
    if (!adapter.hasGguf) out.warn(plainText(`It has no GGUF twin, so training ask cannot use it. ${ggufProblem ?? ''}`.trimEnd()));
  },
});
