import { z } from 'zod';
import { adapterIdSchema, runIdSchema } from './ids.ts';
import { preferenceSchema } from './preference.ts';

export const adapterSummarySchema = z.object({
  id: adapterIdSchema,
  name: z.string(),
  runId: runIdSchema.nullable(),
  agent: z.string().nullable(),
  version: z.int().positive(),
  state: z.enum(['candidate', 'deployed', 'retired']),
  baseModel: z.string(),
  baseSha256: z.string(),
  sha256: z.string(),
  hasGguf: z.boolean(),
  sizeBytes: z.int(),
  path: z.string(),
  created: z.string(),
  verdict: z.string().nullable(),
});
export type AdapterSummary = z.infer<typeof adapterSummarySchema>;

/** Where an adapter came from. What is not known (an imported one) is null. */
export const adapterProvenanceSchema = z.object({
  source: z.enum(['run', 'import']),
  importedFrom: z.string().nullable(),
  baseRevision: z.string().nullable(),
  baseTokenizerSha256: z.string().nullable(),
  baseTemplateSha256: z.string().nullable(),
  baseVocabularySize: z.int().nullable(),
  dataset: z.object({ id: z.string(), version: z.int(), sha256: z.string() }).nullable(),
  method: z.string().nullable(),
  configHash: z.string().nullable(),
  gitCommit: z.string().nullable(),
  rank: z.int(),
  alpha: z.number(),
  targetModules: z.array(z.string()),
  ggufSha256: z.string().nullable(),
});
export type AdapterProvenance = z.infer<typeof adapterProvenanceSchema>;

export const adapterListResultSchema = z.object({ adapters: z.array(adapterSummarySchema) });

export const adapterTestSummarySchema = z.object({ tested: z.string(), dataset: z.string(), split: z.string(), verdict: z.string() });
export const adapterShowResultSchema = z.object({
  adapter: adapterSummarySchema,
  provenance: adapterProvenanceSchema,
  preference: preferenceSchema,
  tests: z.array(adapterTestSummarySchema).describe('Newest first.'),
});
export type AdapterShowResult = z.infer<typeof adapterShowResultSchema>;
export const adapterImportResultSchema = z.object({
  adapter: adapterSummarySchema,
  ggufProblem: z.string().nullable().describe('Why a GGUF twin could not be made; null where there is one, or was none to make.'),
});
export type AdapterImportResult = z.infer<typeof adapterImportResultSchema>;
export const adapterRemoveResultSchema = z.object({ adapter: adapterSummarySchema, trash: z.string().describe('Where its files are now.') });

/** PEFT's adapter_config.json, as far as we read it (https://huggingface.co/docs/peft/package_reference/lora). */
export const peftConfigSchema = z.looseObject({
  peft_type: z.literal('LORA'),
  r: z.int().min(1).max(4096),
  lora_alpha: z.number().positive(),
  target_modules: z.union([z.string(), z.array(z.string())]).nullish(),
  base_model_name_or_path: z.string().nullish(),
  auto_mapping: z.unknown().optional(),
});
export type PeftConfig = z.infer<typeof peftConfigSchema>;

export const variantResultSchema = z.object({
  perplexity: z.number().nullable(),
  perplexityInterval: z.tuple([z.number(), z.number()]).nullable().describe('95 % bootstrap over documents.'),
  score: z.number().nullable().describe('Mean of the grader over the rows, 0 to 1; null without a grader.'),
  scores: z.record(z.string(), z.number()),
});
export type VariantResult = z.infer<typeof variantResultSchema>;

export const testSampleSchema = z.object({
  row: z.int(),
  prompt: z.string(),
  expected: z.string(),
  base: z.string(),
  fewShot: z.string().nullable(),
  tuned: z.string(),
  baseScore: z.number().nullable(),
  tunedScore: z.number().nullable(),
  change: z.enum(['better', 'same', 'worse']).nullable(),
});
export type TestSample = z.infer<typeof testSampleSchema>;

export const recommendationSchema = z.object({
  verdict: z.enum(['deploy', 'review', 'reject']),
  reasons: z.array(z.string()),
  thresholds: z.record(z.string(), z.number()),
});
export type Recommendation = z.infer<typeof recommendationSchema>;

/** A prompt that the serving engine answered otherwise than the measured one. */
const engineDisagreementSchema = z.object({ row: z.int(), measured: z.string(), served: z.string() });
export type EngineDisagreement = z.infer<typeof engineDisagreementSchema>;

export const adapterTestResultSchema = z.object({
  adapter: adapterSummarySchema.pick({ id: true, name: true, path: true }),
  dataset: z.object({ id: z.string(), version: z.int(), split: z.string() }),
  grader: z.string(),
  rows: z.int(),
  active: z.object({ isActive: z.boolean(), maxLogitDifference: z.number() }),
  base: variantResultSchema,
  fewShot: variantResultSchema.nullable(),
  tuned: variantResultSchema,
  samples: z.array(testSampleSchema),
  engines: z
    .object({ checked: z.int(), agreeing: z.int(), disagreements: z.array(engineDisagreementSchema) })
    .nullable()
    .describe('Answers of the serving engine against the measured one.'),
  recommendation: recommendationSchema,
  report: z.string().nullable(),
  seconds: z.number(),
});
export type AdapterTestResult = z.infer<typeof adapterTestResultSchema>;
