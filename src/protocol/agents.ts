import { z } from 'zod';

/** A name of a file or folder beside: letters, digits, dot, dash, underscore. */
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, 'expected letters, digits, dot, dash and underscore');
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a date such as 2026-01-31');

const endpointSchema = z.strictObject({
  endpoint: z.url().describe('Address of a server that speaks OpenAI’s protocol.'),
  model: z.string().min(1).describe('The model’s name there.'),
  secret: z.string().min(1).optional().describe('Name of the secret that holds the key; never the key itself.'),
});

/** `CodeAgents/<Agent>/agent.yaml`: who an agent is, which model answers for it, and what it is measured on. */
export const agentSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().min(1).describe('The name of its folder.'),
  version: z.int().positive().describe('Counts up with each change of what the agent is.'),
  description: z.string().min(1).describe('What the agent does, in a sentence.'),
  owner: z.string().min(1).describe('Who answers for it.'),
  status: z.enum(['draft', 'active', 'paused', 'retired']).describe('Where it stands.'),
  tags: z.array(z.string()).optional().describe('Words to find it by.'),
  created: date.describe('The day that it was made.'),
  updated: date.describe('The day of its last change.'),
  model: z.union([z.string().min(1), endpointSchema]).describe('A profile of CodeAgents/models, the built-in model, or an endpoint.'),
  adapter: z.string().min(1).nullable().optional().describe('The adapter that it answers with; null is the base model alone.'),
  systemPrompt: z.union([z.string(), z.strictObject({ file: z.string().min(1) })]).describe('What it is told first: a text, or { file: … } beside this file.'),
  tools: z.array(z.union([z.string().min(1), z.looseObject({ name: z.string().min(1) })])).optional().describe('Tools that it may call.'),
  flow: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional().describe('The steps of an answer where it takes more than one.'),
  memory: z.strictObject({ file: z.string().min(1).describe('Its memory file, from this folder.'), maxTokens: z.int().positive().optional().describe('Most tokens of memory in a prompt.') }).optional().describe('What it remembers from one session to the next.'),
  parameters: z
    .strictObject({
      temperature: z.number().min(0).max(2).optional().describe('0 always takes the likeliest token.'),
      topP: z.number().gt(0).max(1).optional().describe('Share of the likeliest tokens that are drawn from.'),
      topK: z.int().positive().optional().describe('How many of the likeliest tokens are drawn from.'),
      maxTokens: z.int().positive().optional().describe('Longest answer in tokens.'),
      seed: z.int().min(0).optional().describe('Makes draws repeatable.'),
      stop: z.array(z.string()).optional().describe('Texts that end an answer.'),
    })
    .optional()
    .describe('How it answers.'),
  drills: z.array(fileName).optional().describe('Drills of CodeAgents/drills that it is measured on.'),
  learning: z.enum(['off', 'ask', 'auto']).optional().describe('Whether it is trained on what its sessions taught: never, when a person agrees, or by itself.'),
});
