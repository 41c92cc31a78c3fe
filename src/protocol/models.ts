import { z } from 'zod';

export const modelSummarySchema = z.object({
  id: z.string().describe('What --model takes.'),
  source: z.enum(['built-in', 'home', 'hub']).describe('Brought by Training Camp, put under the home folder, or in the hub’s cache.'),
  isInstalled: z.boolean(),
  canTrain: z.boolean().describe('Has safetensors weights of a language model.'),
  canAsk: z.boolean().describe('Has a GGUF for the inference host, and is made for answers.'),
  isEmbedding: z.boolean().describe('Made for embeddings, not for answers.'),
  canEmbed: z.boolean().describe('Made for embeddings, and has a GGUF for the inference host.'),
  architecture: z.string().nullable(),
  path: z.string().nullable().describe('Folder with config.json and *.safetensors.'),
  gguf: z.string().nullable(),
  revision: z.string().nullable(),
  sizeBytes: z.number().describe('Of the weights, GGUF included.'),
});
export type ModelSummary = z.infer<typeof modelSummarySchema>;

export const modelListResultSchema = z.object({ models: z.array(modelSummarySchema) });

export const modelInfoResultSchema = z.object({
  model: modelSummarySchema,
  layers: z.int().nullable(),
  parameters: z.number().nullable(),
  contextLength: z.int().nullable(),
  vocabularySize: z.int().nullable(),
  hasTemplate: z.boolean(),
  sha256: z.string().nullable().describe('Over the sorted names and hashes of the weight files.'),
  tokenizerSha256: z.string().nullable(),
  templateSha256: z.string().nullable(),
  ggufSha256: z.string().nullable(),
});
export type ModelInfoResult = z.infer<typeof modelInfoResultSchema>;

export const modelPullResultSchema = z.object({ model: modelSummarySchema, pulled: z.boolean().describe('False when it was already here.') });
export const modelRemoveResultSchema = z.object({ id: z.string(), removed: z.string(), freedBytes: z.number() });
