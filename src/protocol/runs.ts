import { z } from 'zod';
import { attemptIdSchema, datasetIdSchema, jobIdSchema, runIdSchema } from './ids.ts';

export const runStates = [
  'queued', 'starting', 'running', 'stopping', 'completed', 'cancelled', 'failed', 'interrupted',
] as const;
export const runStateSchema = z.enum(runStates);
export type RunState = z.infer<typeof runStateSchema>;

const failureReasons = [
  'out_of_memory', 'diverged', 'data', 'environment', 'disk_full', 'model', 'killed', 'internal',
] as const;
export const failureReasonSchema = z.enum(failureReasons);
export type FailureReason = z.infer<typeof failureReasonSchema>;

export const trainingMethods = ['sft', 'dpo'] as const;
export type TrainingMethod = (typeof trainingMethods)[number];

/**
 * How a run trains. Every key has its default here and nowhere else (style rule 13); the layers of architecture.md
 * override it key by key, addressed by dotted path (`--set lora.rank=8`).
 */
export const trainingConfigSchema = z.strictObject({
  method: z.enum(trainingMethods).default('sft').describe('What is trained: supervised fine-tuning, or direct preference optimisation.'),
  seed: z.int().min(0).max(2 ** 31 - 1).default(0).describe('Order of rows and initial adapter weights.'),
  epochs: z.number().positive().max(1000).default(3).describe('Passes over the training split; a fraction ends within a pass.'),
  maxSteps: z.int().positive().nullable().default(null).describe('Ends the run after this many optimizer steps.'),
  learningRate: z.number().positive().max(1).default(2e-4).describe('Peak learning rate of AdamW.'),
  schedule: z.enum(['cosine', 'linear', 'constant']).default('cosine').describe('Learning rate after the warm-up.'),
  warmupRatio: z.number().min(0).max(1).default(0.1).describe('Share of the steps with a rising learning rate.'),
  minLearningRateRatio: z.number().min(0).max(1).default(0.1).describe('Where the schedule ends, as a share of the peak.'),
  weightDecay: z.number().min(0).max(1).default(0).describe('AdamW weight decay.'),
  maxGradNorm: z.number().positive().nullable().default(1).describe('Gradient clipping by global norm.'),
  maxLength: z.int().min(16).max(1_048_576).default(1024).describe('Longest document in tokens; longer ones follow `overlong`.'),
  overlong: z.enum(['drop', 'truncate']).default('drop').describe('A document over maxLength is left out, or cut at the end.'),
  packing: z.boolean().default(true).describe('Several documents per row, none seeing another.'),
  tokensPerStep: z.int().min(16).max(16_777_216).default(1024).describe('Tokens per optimizer step, the effective batch.'),
  microBatchTokens: z.int().min(16).max(16_777_216).nullable().default(null).describe('Tokens per forward pass; null lets the fit check choose.'),
  lora: z
    .strictObject({
      rank: z.int().min(1).max(1024).default(16).describe('Rank of the adapter.'),
      alpha: z.number().positive().max(4096).default(32).describe('Scale of the adapter is alpha / rank.'),
      targetModules: z
        .union([z.literal('all-linear'), z.array(z.string().regex(/^[A-Za-z0-9_.]{1,64}$/)).min(1)])
        .default('all-linear')
        .describe('Which projections get an adapter.'),
      lastLayers: z.int().positive().nullable().default(null).describe('Adapters only on the last N layers; null is all.'),
    })
    .prefault({}),
  prefixCache: z
    .strictObject({
      mode: z.enum(['auto', 'off']).default('auto').describe('Keep the frozen lower layers’ output across epochs where adapters sit on the last layers.'),
      memoryBytes: z.int().min(0).default(2 * 1024 ** 3).describe('Budget in memory before it goes to disk.'),
      diskBytes: z.int().min(0).default(8 * 1024 ** 3).describe('Budget on disk; beyond it activations are computed again.'),
    })
    .prefault({}),
  gradientCheckpointing: z.enum(['auto', 'on', 'off']).default('auto').describe('Trade time for memory; auto asks the fit check.'),
  precision: z.enum(['auto', 'fp32', 'bf16']).default('auto').describe('auto is bf16 where a real kernel runs it fast, else fp32.'),
  device: z.string().regex(/^(auto|cpu|mps|cuda(:\d{1,2})?)$/, 'takes auto, cpu, mps, cuda or cuda:N').default('auto').describe('auto takes CUDA, then MPS, then the CPU.'),
  threads: z.int().positive().max(1024).nullable().default(null).describe('CPU threads; null is the number of physical cores.'),
  validateEverySteps: z.int().positive().nullable().default(null).describe('Validation loss every N steps; null is at each epoch.'),
  earlyStopping: z
    .strictObject({
      enabled: z.boolean().default(false).describe('End when validation loss stops falling.'),
      patience: z.int().positive().default(3).describe('Validations without improvement before it ends.'),
      minDelta: z.number().min(0).default(0).describe('What counts as an improvement.'),
    })
    .prefault({}),
  checkpoints: z
    .strictObject({
      everySteps: z.int().positive().nullable().default(null).describe('A checkpoint every N steps, besides each epoch.'),
      everySeconds: z.number().positive().default(600).describe('A checkpoint at least this often.'),
      keepLast: z.int().min(1).max(1000).default(2).describe('How many of the newest are kept; the best is kept as well.'),
    })
    .prefault({}),
  publishBest: z.boolean().default(true).describe('The adapter is the checkpoint with the best validation loss, not the last one.'),
  telemetrySeconds: z.number().min(0).default(1).describe('Seconds between device samples; 0 turns them off.'),
  dpo: z
    .strictObject({
      beta: z.number().positive().max(100).default(0.1).describe('How strongly preference training holds on to the model that it began with: a lower value lets it move further.'),
      labelSmoothing: z.number().min(0).max(0.49).default(0).describe('Share of the pairs that may be labelled the wrong way round.'),
      sftWeight: z.number().min(0).max(100).default(1).describe('Weight of the chosen answers’ own loss per token beside the preference loss. Without it they may become less likely too.'),
    })
    .prefault({}),
});
export type TrainingConfig = z.infer<typeof trainingConfigSchema>;

const configLayers = ['default', 'method', 'profile', 'campaign', 'workspace', 'command', 'environment'] as const;
export const configLayerSchema = z.enum(configLayers);
export type ConfigLayer = z.infer<typeof configLayerSchema>;

const modelIdentitySchema = z.object({
  id: z.string().describe('Name as the user gave it, or the built-in model’s id.'),
  path: z.string().describe('Absolute folder with config.json and *.safetensors.'),
  architecture: z.string().describe('First of config.json architectures, such as LlamaForCausalLM.'),
  revision: z.string().nullable(),
  sha256: z.string().describe('Hash over the sorted names and SHA-256 of the weight files.'),
  tokenizerSha256: z.string(),
  templateSha256: z.string().nullable(),
  vocabularySize: z.int(),
  layers: z.int(),
  contextLength: z.int(),
  parameters: z.int(),
});
export type ModelIdentity = z.infer<typeof modelIdentitySchema>;

/**
 * `<run>/config.json`: everything resolved. The trainer reads it and never the database.
 * Split files are little-endian int64 triples (row, byte offset, byte length) into `rowsPath`.
 */
export const runFileSchema = z.object({
  v: z.literal(1),
  runId: runIdSchema,
  created: z.string(),
  config: trainingConfigSchema,
  configSources: z.record(z.string(), configLayerSchema),
  configHash: z.string(),
  gitCommit: z.string().nullable(),
  agent: z.string().nullable().default(null).describe('Who the adapter is for.'),
  model: modelIdentitySchema,
  dataset: z.object({
    id: datasetIdSchema,
    version: z.int().positive(),
    sha256: z.string(),
    rowsPath: z.string().describe('Relative to the run directory, or absolute.'),
    trainSplit: z.string().describe('Path relative to the run directory: data/train.idx'),
    validationSplit: z.string().nullable(),
    validationRowsPath: z.string().nullable().default(null).describe('Rows of the validation split where it is another dataset’s; null is rowsPath.'),
    validationDataset: z
      .object({ id: datasetIdSchema, version: z.int().positive(), sha256: z.string() })
      .nullable()
      .default(null)
      .describe('That other dataset.'),
  }),
  startFrom: z
    .object({ runId: runIdSchema, checkpoint: z.string() })
    .nullable()
    .describe('A run that extends another begins from this checkpoint.'),
  estimatedTokensPerEpoch: z.int().nullable().default(null).describe('What was expected before tokenising; later estimates learn from it.'),
  versions: z.record(z.string(), z.string()),
});
export type RunFile = z.infer<typeof runFileSchema>;

/** `<run>/control.json`, written atomically by the worker and read between steps. Another attempt’s command is ignored. */
export const controlSchema = z.object({
  v: z.literal(1),
  attempt: attemptIdSchema,
  command: z.enum(['run', 'stop', 'discard']),
});
export type Control = z.infer<typeof controlSchema>;

export const estimateSchema = z.object({
  tokens: z.int(),
  steps: z.int(),
  seconds: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  fits: z.boolean().nullable().describe('Whether memoryBytes is within what it was compared with; null where that is not known.'),
  comparedWith: z
    .object({ memory: z.enum(['system', 'gpu']), bytes: z.number() })
    .nullable()
    .describe('Memory of the device that would be used; of several free GPUs the smallest.'),
  costUsd: z.number(),
});
export type Estimate = z.infer<typeof estimateSchema>;

export const runSummarySchema = z.object({
  id: runIdSchema,
  jobId: jobIdSchema.nullable(),
  state: runStateSchema,
  reason: failureReasonSchema.nullable(),
  message: z.string().nullable(),
  hint: z.string().nullable(),
  method: z.string(),
  model: z.string(),
  dataset: z.string(),
  datasetVersion: z.int(),
  agent: z.string().nullable(),
  phase: z.string().nullable(),
  step: z.int(),
  totalSteps: z.int().nullable(),
  epoch: z.number().nullable(),
  loss: z.number().nullable(),
  validationLoss: z.number().nullable(),
  bestValidationLoss: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  device: z.string().nullable(),
  attempts: z.int(),
  adapterId: z.string().nullable(),
  configHash: z.string(),
  gitCommit: z.string().nullable(),
  path: z.string(),
  created: z.string(),
  started: z.string().nullable(),
  ended: z.string().nullable(),
  seconds: z.number().nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;
