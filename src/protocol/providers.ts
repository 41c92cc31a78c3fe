import { z } from 'zod';

/**
 * Providers of chat models: servers that speak OpenAI's wire format. They are a person's own and stand in a file in the
 * home folder (`providers.json`), never in a workspace: a cloned repository must not direct prompts or keys elsewhere.
 */

/** Words that begin references to models which are no provider's. */
const reservedNames = ['builtin', 'local', 'adapter', 'vscode'];

export const providerNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, 'is small letters, digits and hyphens, and begins with a letter')
  .refine((name) => !reservedNames.includes(name), `is none of ${reservedNames.join(', ')}`);

/** US dollars per million tokens. */
export const priceSchema = z.object({
  inputUsd: z.number().nonnegative(),
  outputUsd: z.number().nonnegative(),
  date: z.string().describe('The day that the price was read; empty for what costs nothing.'),
  source: z.string(),
});

export const environmentNameSchema = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'is the name of an environment variable');

export const providerSchema = z.object({
  name: providerNameSchema,
  url: z.string().min(1).max(2000).describe('Base URL, with its /v1 where it has one.'),
  model: z.string().min(1).max(300).nullable().default(null).describe('The model where none is named.'),
  keyEnv: environmentNameSchema.nullable().default(null).describe('Environment variable with the key for this address.'),
  allowsHttp: z.boolean().default(false).describe('Plain HTTP beyond this machine was allowed.'),
  prices: z.record(z.string(), priceSchema).default({}).describe('By model; they come before the price table.'),
  firstPieceSeconds: z.number().positive().max(3600).nullable().default(null).describe('How long the beginning of an answer is waited for; null is the usual time.'),
});
export type Provider = z.infer<typeof providerSchema>;

/** The file `providers.json` in the home folder. */
export const providersFileSchema = z.object({
  version: z.literal(1),
  /** Reference of the model that is used where none is named. */
  defaultModel: z.string().min(1).max(500).nullable().default(null),
  providers: z.array(providerSchema).max(100).default([]),
});
export type ProvidersFile = z.infer<typeof providersFileSchema>;

/** Where the key of a provider comes from. `unneeded`: a server on this machine, which rarely asks for one. */
export const keySourceSchema = z.enum(['editor', 'environment', 'keyring', 'file', 'missing', 'unneeded']);
export type KeySource = z.infer<typeof keySourceSchema>;

/** Where a key that is given can be kept. */
export const keepKeySchema = z.enum(['keyring', 'file']);
export type KeepKey = z.infer<typeof keepKeySchema>;

/** Where a key that was given is kept now, and nowhere else. */
export const keptKeySchema = z.object({
  place: keepKeySchema,
  file: z.string().nullable().describe('The file that it is kept in; null for the keyring.'),
  reason: z.string().nullable().describe('Why it is not in the keyring, where it was not meant to be in the file.'),
});
export type KeptKey = z.infer<typeof keptKeySchema>;

export const providerSummarySchema = z.object({
  name: z.string(),
  label: z.string(),
  url: z.string(),
  isConfigured: z.boolean().describe('False: a known provider that was not added; its models can be named all the same.'),
  isLoopback: z.boolean().describe('The server is on this machine.'),
  model: z.string().nullable(),
  keySource: keySourceSchema,
  keyEnv: z.string().nullable(),
  price: priceSchema.nullable().describe('Of its model; null where it is not known.'),
  problem: z.string().nullable().describe('Why it can’t be used as it is configured.'),
});
export type ProviderSummary = z.infer<typeof providerSummarySchema>;

export const defaultModelSchema = z.object({
  reference: z.string(),
  label: z.string(),
  reason: z.string(),
  isBuiltIn: z.boolean().describe('The small model that comes with Training Camp: good for trying things, weak at writing agents.'),
});
export type DefaultModel = z.infer<typeof defaultModelSchema>;

export const providerListResultSchema = z.object({ providers: z.array(providerSummarySchema), defaultModel: defaultModelSchema });
export const providerResultSchema = z.object({ provider: providerSummarySchema, kept: keptKeySchema.nullable().describe('Null where no key was given.') });
export type ProviderResult = z.infer<typeof providerResultSchema>;
export const providerRemoveResultSchema = z.object({ name: z.string(), isKeyForgotten: z.boolean() });
export const providerModelsResultSchema = z.object({ name: z.string(), models: z.array(z.object({ id: z.string(), reference: z.string(), price: priceSchema.nullable() })) });

export const detectResultSchema = z.object({
  found: z.array(z.object({ name: z.string(), label: z.string(), url: z.string(), models: z.array(z.string()), isConfigured: z.boolean() })),
  asked: z.array(z.string()).describe('Every address that was asked; all of this machine.'),
});
export type DetectResult = z.infer<typeof detectResultSchema>;

export const capabilitiesSchema = z.object({
  structuredOutput: z.enum(['enforced', 'asked']),
  hasTools: z.boolean(),
  hasLogprobs: z.boolean(),
  contextLength: z.int().nullable(),
});

export const providerTestResultSchema = z.object({
  name: z.string(),
  url: z.string(),
  model: z.string(),
  keySource: keySourceSchema,
  keyPlace: z.string().describe('The same in words, such as “the environment variable OPENAI_API_KEY”; empty where there is no key.'),
  answer: z.string().describe('What it answered to a greeting.'),
  seconds: z.number().describe('Of the greeting.'),
  usage: z.object({ promptTokens: z.int().nullable(), completionTokens: z.int().nullable() }).describe('Of the greeting and of the questions about what the model can do.'),
  costUsd: z.number().nullable().describe('Of all of them.'),
  capabilities: capabilitiesSchema,
});
export type ProviderTestResult = z.infer<typeof providerTestResultSchema>;

/** A model that can be chosen for a session, without having asked any server. */
export const chatModelSummarySchema = z.object({
  reference: z.string(),
  label: z.string(),
  isLocal: z.boolean(),
  price: priceSchema.nullable(),
  problem: z.string().nullable().describe('Why it can’t answer now.'),
});
export type ChatModelSummary = z.infer<typeof chatModelSummarySchema>;
export const chatModelListResultSchema = z.object({ models: z.array(chatModelSummarySchema), defaultModel: defaultModelSchema });
