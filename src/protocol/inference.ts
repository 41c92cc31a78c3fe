import { z } from 'zod';
import { messageSchema, toolCallSchema, toolDefinitionSchema } from './datasets.ts';
import { jsonSchema } from './json.ts';

/**
 * Messages between a program and its inference host. Every request carries an id; the host answers with any number of
 * `text` messages and ends each request with `result` or `error`; `started` says that its turn came. `abort` ends a request early and is itself not answered.
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
  topK: z.int().min(0).max(1_000_000).default(40).describe('How many of the likeliest tokens sampling chooses from; 0 is all of them.'),
  seed: z.int().min(0).max(2 ** 31 - 1).default(0).describe('Seed of the sampling; irrelevant at temperature 0.'),
  stop: z.array(z.string().min(1).max(500)).max(16).default([]).describe('Texts that end the answer; they are not part of it.'),
});
export type Sampling = z.infer<typeof samplingSchema>;

export const mostAlternatives = 20;

export const chatParamsSchema = inferenceTargetSchema.extend({
  messages: z.array(messageSchema).min(1),
  tools: z.array(toolDefinitionSchema).default([]),
  sampling: samplingSchema.prefault({}),
  responseSchema: z
    .record(z.string(), jsonSchema)
    .nullable()
    .default(null)
    .describe('JSON Schema that the answer follows, by a grammar. What a grammar can’t say about a value is checked afterwards.'),
  logprobs: z.int().min(0).max(mostAlternatives).nullable().default(null).describe('How many alternatives to tell for each token of the answer; null leaves log-probabilities out.'),
});

export type ChatParams = z.infer<typeof chatParamsSchema>;

/** How likely each of some answers is behind a chat. The model writes nothing. */
export const scoreParamsSchema = inferenceTargetSchema.extend({
  messages: z.array(messageSchema).min(1),
  tools: z.array(toolDefinitionSchema).default([]),
  answers: z.array(z.string().min(1)).min(1).max(256),
  alternatives: z.int().min(0).max(mostAlternatives).default(0),
});

export const mostTextsAtOnce = 2048;

export const embedParamsSchema = z.object({ modelPath: z.string().min(1), texts: z.array(z.string().min(1)).min(1).max(mostTextsAtOnce) });

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
  z.object({ id, method: z.literal('score'), params: scoreParamsSchema }),
  z.object({ id, method: z.literal('embed'), params: embedParamsSchema }),
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
  hasTools: z.boolean().describe('The template shows tools to the model.'),
  isEmbedding: z.boolean().describe('Made for embeddings, not for answers.'),
  gpu: z.string().nullable(),
  seconds: z.number(),
});
export type LoadResult = z.infer<typeof loadResultSchema>;

const tokenChanceSchema = z.object({
  tokenId: z.int(),
  text: z.string().describe('Has U+FFFD where the token is part of a character.'),
  logprob: z.number().describe('Natural logarithm, by the model alone: before temperature, cuts and grammar.'),
});

export const tokenLogprobSchema = tokenChanceSchema.extend({ alternatives: z.array(tokenChanceSchema).describe('The likeliest tokens, likeliest first.') });
export type TokenLogprob = z.infer<typeof tokenLogprobSchema>;

export const completionResultSchema = z.object({
  text: z.string(),
  tokenIds: z.array(z.int()),
  promptTokens: z.int(),
  stop: z.enum(['stop', 'length']).describe('The model ended its answer, or maxTokens did.'),
  firstTokenSeconds: z.number(),
  seconds: z.number(),
  tokensPerSecond: z.number(),
  logprobs: z.array(tokenLogprobSchema).nullable().describe('Of the tokens that the text is made of.'),
});
export type CompletionResult = z.infer<typeof completionResultSchema>;

export const chatResultSchema = completionResultSchema.extend({
  toolCalls: z.array(toolCallSchema).describe('Read from the answer where the model’s template has a form for them; they are not in the text.'),
  schemaProblems: z.array(z.string()).describe('Where a whole answer breaks a rule of the response schema that the grammar can’t hold.'),
});
export type ChatResult = z.infer<typeof chatResultSchema>;

export const scoreResultSchema = z.object({
  promptTokens: z.int(),
  answers: z.array(
    z.object({
      tokens: z.array(tokenLogprobSchema),
      end: z.number().nullable().describe('Log-probability of ending there, where the template ends answers with a token.'),
      total: z.number().describe('Sum over the tokens and the end.'),
    }),
  ),
});
export type ScoreResult = z.infer<typeof scoreResultSchema>;

export const embedResultSchema = z.object({
  vectors: z.array(z.array(z.number())).describe('Of length 1, in the order of the texts.'),
  tokens: z.int().describe('Of all texts together.'),
});
export type EmbedResult = z.infer<typeof embedResultSchema>;

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
  z.object({ kind: z.literal('started'), id }),
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

/** Where `training serve` answers, and to whom. */
export const serveResultSchema = z.object({
  url: z.string().describe('As clients take it, ending in /v1.'),
  token: z.string().describe('What clients send as their API key.'),
  models: z.array(z.string()),
});

/** Result of `training ask`. */
export const askResultSchema = z.object({
  text: z.string(),
  tokens: z.int().nullable().describe('Null where a server does not tell them.'),
  promptTokens: z.int().nullable(),
  tokensPerSecond: z.number().nullable(),
  seconds: z.number(),
  stop: z.enum(['stop', 'length']),
  model: z.string().describe('Id or path of a model of this machine, or the reference of a provider’s.'),
  adapter: z.string().nullable(),
  costUsd: z.number().nullable().describe('0 for models of this machine; null where no price is known.'),
});
export type AskResult = z.infer<typeof askResultSchema>;
