import { z } from 'zod';
import { plainText } from '../common/plainText.ts';
import { modelInfoResultSchema } from '../protocol/models.ts';
import { megabytes } from './bytes.ts';
import { defineCommand } from './command.ts';

export const modelInfoCommand = defineCommand({
  name: 'model info',
  summary: 'Show a base model: shape, context, files, hashes',
  details: 'Reads the model’s files, weights included where their hash is not yet known. Runs nothing of it.',
  args: [{ name: 'model', description: 'a model of “training model list”', isRequired: true }],
  examples: ['training model info smollm2-135m-instruct'],
  input: z.object({ model: z.string().min(1) }),
  result: modelInfoResultSchema,
  run: async ({ services, signal }, input) => await services.models.info(input.model, signal),
  print: (result, out) => {
    const facts: [string, string | number | null][] = [
      ['model', result.model.id],
      ['from', result.model.source],
      ['architecture', result.model.architecture],
      ['layers', result.layers],
      ['parameters', result.parameters === null ? null : `${(result.parameters / 1e6).toFixed(1)} million`],
      ['context', result.contextLength === null ? null : `${String(result.contextLength)} tokens`],
      ['vocabulary', result.vocabularySize],
      ['chat template', result.hasTemplate ? 'yes' : 'no'],
      ['weights', result.model.path],
      ['GGUF', result.model.gguf],
      ['size', megabytes(result.model.sizeBytes)],
      ['revision', result.model.revision],
      ['sha256', result.sha256],
      ['sha256 of the tokenizer', result.tokenizerSha256],
      ['sha256 of the GGUF', result.ggufSha256],
    ];
    for (const [name, value] of facts) out.line(`${out.color.dim(name.padEnd(24))}${value === null ? '–' : plainText(String(value))}`);
  },
});
