import { z } from 'zod';
import { messageSchema, toolDefinitionSchema } from './datasets.ts';

/**
 * Messages between a program and its inference host. Every request carries an id; the host answers with any number of
 * `text` messages and ends each request with `result` or `error`. `abort` ends a request early and is itself not answered.
 */

/** What a request runs on. The host loads what is missing and unloads what was used least recently. */
const inferenceTargetSchema = z.object({
  modelPath: z.string().min(1).describe('Absolute path of a GGUF model.'),
  adapterPath: z.string().min(1).nullable().describe('Absolute path of a LoRA as GGUF, made for this model.'),
});
export type InferenceTarget = z.infer<typeof inferenceTargetSchema>;

export const samplingSchema = z.object({
  maxTokens: z.int().min(1).max(1_048_576).default(512).describe('Longest answer in tokens.'),
  temperature: z.number().min(0).max(5).default(0).describe('0 always takes the most likely token.'),
  topP: z.number().gt(0).max(1).default(1).describe('Share of the probability that sampling chooses from.'),
  seed: z.int().min(0).max(2 ** 31 - 1).default(0).describe('Seed of the sampling; irrelevant at temperature 0.'),
});
export type Sampling = z.infer<typeof samplingSchema>;

export const chatParamsSchema = inferenceTargetSchema.extend({
  messages: z.array(messageSchema).min(1),
  tools: z.array(toolDefinitionSchema).default([]),
  sampling: samplingSchema.prefault({}),
});

/** Continues token ids as they are: no template, nothing added. For comparing engines. */
export const generateParamsSchema = inferenceTargetSchema.extend({
  tokens: z.array(z.int().nonnegative()).min(1),
  sampling: samplingSchema.prefault({}),
});

/** Texts as plain text: a control token that a text spells out stays text. */
const tokenizeParamsSchema = z.object({ modelPath: z.string().min(1), texts: z.array(z.string()) });

export const renderParamsSchema = z.object({
  modelPath: z.string().min(1),
  chats: z.array(
    z.object({
      messages: z.array(messageSchema).min(1),
      tools: z.array(toolDefinitionSchema).default([]),
      addGenerationPrompt: z.boolean(),
    }),
  ),
});

const loadParamsSchema = z.object({ modelPath: z.string().min(1) });

const id = z.int().nonnegative();

export const hostRequestSchema = z.discriminatedUnion('method', [
  z.object({ id, method: z.literal('load'), params: loadParamsSchema }),
  z.object({ id, method: z.literal('chat'), params: chatParamsSchema }),
  z.object({ id, method: z.literal('generate'), params: generateParamsSchema }),
  z.object({ id, method: z.literal('tokenize'), params: tokenizeParamsSchema }),
  z.object({ id, method: z.literal('render'), params: renderParamsSchema }),
  z.object({ id, method: z.literal('stats'), params: z.object({}) }),
  z.object({ id, method: z.literal('abort'), params: z.object({}) }),
]);
export type HostRequest = z.infer<typeof hostRequestSchema>;
/** A request as a caller writes it, defaults left out. */
export type HostCall = z.input<typeof hostRequestSchema>;

export const loadResultSchema = z.object({
  architecture: z.string(),
  name: z.string().nullable(),
  contextLength: z.int(),
  sizeBytes: z.number(),
  vocabularySize: z.int(),
  hasTemplate: z.boolean(),
  gpu: z.string().nullable(),
  seconds: z.number(),
});
export type LoadResult = z.infer<typeof loadResultSchema>;

export const completionResultSchema = z.object({
  text: z.string(),
  tokenIds: z.array(z.int()),
  promptTokens: z.int(),
  stop: z.enum(['stop', 'length']).describe('The model ended its answer, or maxTokens did.'),
  firstTokenSeconds: z.number(),
  seconds: z.number(),
  tokensPerSecond: z.number(),
});
export type CompletionResult = z.infer<typeof completionResultSchema>;

export const tokenizeResultSchema = z.object({ tokens: z.array(z.array(z.int())) });
export const renderResultSchema = z.object({ chats: z.array(z.object({ text: z.string(), tokens: z.array(z.int()) })) });
export type RenderResult = z.infer<typeof renderResultSchema>;

export const statsResultSchema = z.object({
  rssBytes: z.number(),
  models: z.array(z.string()),
  contexts: z.array(inferenceTargetSchema.extend({ contextSize: z.int() })),
  loads: z.int(),
  hits: z.int(),
  evictions: z.int(),
});
export type InferenceStats = z.infer<typeof statsResultSchema>;

export const hostMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('text'), id, text: z.string() }),
  z.object({ kind: z.literal('result'), id, value: z.unknown() }),
  z.object({
    kind: z.literal('error'),
    id: id.nullable(),
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
  }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;

/** Result of `training ask`. */
export const askResultSchema = z.object({
  text: z.string(),
  tokens: z.int(),
  promptTokens: z.int(),
  tokensPerSecond: z.number(),
  seconds: z.number(),
  stop: z.enum(['stop', 'length']),
  model: z.string(),
  adapter: z.string().nullable(),
});
export type AskResult = z.infer<typeof askResultSchema>;
