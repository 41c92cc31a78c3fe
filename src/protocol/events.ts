import { z } from 'zod';
import { attemptIdSchema } from './ids.ts';
import { failureReasonSchema } from './runs.ts';

/**
 * Lines of `<run>/events.jsonl`, written by the trainer, read on by the worker from its stored byte offset.
 * Unknown keys are kept and unknown kinds are skipped, so that an older reader survives a newer trainer.
 * `t` is seconds since the epoch, `seq` counts from 1 within an attempt.
 */
const envelope = { v: z.literal(1), t: z.number(), seq: z.int().positive(), attempt: attemptIdSchema };
const maybe = z.number().nullable();

export const phaseNames = ['loading', 'tokenizing', 'fitting', 'reference', 'training', 'validating', 'saving', 'exporting'] as const;

export const phaseEventSchema = z.looseObject({ ...envelope, kind: z.literal('phase'), phase: z.enum(phaseNames), status: z.enum(['start', 'end']) });

/** How far a long phase is. */
export const progressEventSchema = z.looseObject({ ...envelope, kind: z.literal('progress'), phase: z.enum(phaseNames), done: z.int(), total: z.int() });

/** Exact figures once tokenising and fitting are over. */
export const planEventSchema = z.looseObject({
  ...envelope,
  kind: z.literal('plan'),
  totalSteps: z.int(),
  firstStep: z.int().describe('Steps already done by the checkpoint that this attempt starts from.'),
  rows: z.int(),
  droppedRows: z.record(z.string(), z.int()).describe('Reason to number of rows.'),
  tokensPerEpoch: z.int(),
  trainedTokensPerEpoch: z.int(),
  packingEfficiency: z.number(),
  microBatchTokens: z.int(),
  device: z.string(),
  precision: z.string(),
  threads: z.int(),
  parameters: z.int(),
  trainableParameters: z.int(),
  resumedFrom: z.string().nullable().describe('Name of the checkpoint folder.'),
});

/** Preference training adds its figures (docs/training.md), as any number here is a metric. */
export const stepEventSchema = z.looseObject({
  ...envelope,
  kind: z.literal('step'),
  step: z.int().positive(),
  epoch: z.number(),
  loss: maybe,
  learningRate: z.number(),
  gradNorm: maybe,
  tokens: z.int(),
  trainedTokens: z.int(),
  seconds: z.number(),
});

/** Of the validation split, with the figures of a step beside its loss. Step 0 is the model before training. */
export const evalEventSchema = z.looseObject({ ...envelope, kind: z.literal('eval'), step: z.int(), loss: maybe, tokens: z.int(), best: z.boolean() });

export const checkpointEventSchema = z.looseObject({
  ...envelope,
  kind: z.literal('checkpoint'),
  step: z.int(),
  name: z.string(),
  sha256: z.string().describe('Of the adapter file.'),
  reason: z.enum(['steps', 'time', 'epoch', 'stop', 'end']),
});

/** One sample of the machine. Null is unknown, never 0. */
export const telemetryEventSchema = z.looseObject({
  ...envelope,
  kind: z.literal('telemetry'),
  step: z.int(),
  cpuPercent: maybe,
  rssBytes: maybe,
  gpuPercent: maybe,
  gpuMemoryBytes: maybe,
  gpuMemoryTotalBytes: maybe,
  gpuTemperatureC: maybe,
  gpuPowerW: maybe,
});

export const logEventSchema = z.looseObject({ ...envelope, kind: z.literal('log'), level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() });

export const alertEventSchema = z.looseObject({
  ...envelope,
  kind: z.literal('alert'),
  code: z.string().describe('not_finite, diverging, no_trained_tokens, stop_not_trained, rows_dropped, out_of_memory_retry, checkpoint_rejected, chosen_falls, preference_falls, …'),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  step: z.int().nullable(),
});

export const doneEventSchema = z.looseObject({
  ...envelope,
  kind: z.literal('done'),
  state: z.enum(['completed', 'cancelled']),
  step: z.int(),
  checkpoint: z.string().nullable(),
  adapter: z.string().nullable().describe('Folder relative to the run directory; null when cancelled.'),
  adapterSha256: z.string().nullable(),
  seconds: z.number(),
});

export const errorEventSchema = z.looseObject({
  ...envelope,
  kind: z.literal('error'),
  reason: failureReasonSchema,
  transient: z.boolean().describe('A retry may help.'),
  message: z.string(),
  hint: z.string().nullable(),
});

export const trainerEventSchema = z.discriminatedUnion('kind', [
  phaseEventSchema, progressEventSchema, planEventSchema, stepEventSchema, evalEventSchema, checkpointEventSchema,
  telemetryEventSchema, logEventSchema, alertEventSchema, doneEventSchema, errorEventSchema,
]);
export type TrainerEvent = z.infer<typeof trainerEventSchema>;
