import { z } from 'zod';
import { jsonSchema } from './json.ts';

/**
 * What an agent is in the Camp: the part of an `agent.yaml` that decides what it produces. Tools and steps are not
 * limited to kinds that we know: what is unknown is kept and shown, and refused only when it would have to be executed.
 */

/** A tool that an agent may call: the name of a built-in one, `server/tool` of an MCP server, or an object with more. */
export const agentToolSchema = z.union([z.string().min(1).max(200), z.looseObject({ name: z.string().min(1).max(200) })]);

/** A step of a flow. `id` names its result for later steps; `type` is one that the executor knows, or it fails there. */
export const flowStepSchema = z.looseObject({ id: z.string().min(1).max(100), type: z.string().min(1).max(50) });
export type FlowStep = z.infer<typeof flowStepSchema>;

export const agentParametersSchema = z.looseObject({
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().gt(0).max(1).optional(),
  maxTokens: z.int().positive().max(1_048_576).optional(),
  seed: z.int().min(0).max(2 ** 31 - 1).optional(),
  stop: z.array(z.string()).max(16).optional(),
});
export type AgentParameters = z.infer<typeof agentParametersSchema>;

export const agentDefinitionSchema = z.object({
  name: z.string().min(1).max(100),
  description: z.string().max(2000).default(''),
  systemPrompt: z.string().max(200_000),
  tools: z.array(agentToolSchema).max(100).default([]),
  flow: z.array(flowStepSchema).max(100).default([]).describe('Empty: one answer to the input, with the tools.'),
  memory: z.record(z.string(), jsonSchema).default({}),
  parameters: agentParametersSchema.default({}),
});
export type AgentDefinition = z.infer<typeof agentDefinitionSchema>;

/** Tokens that a call took, as the one who answered counts them; null where it does not say. */
export const usageSchema = z.object({ promptTokens: z.int().nonnegative().nullable(), completionTokens: z.int().nonnegative().nullable() });
export type Usage = z.infer<typeof usageSchema>;

/** One thing that happened during an execution, in order: an answer of the model, a call of a tool, a step of a flow. */
export const traceEntrySchema = z.object({
  kind: z.enum(['model', 'tool', 'step']),
  name: z.string(),
  /** Position of the entry that this one happened within; null at the top. */
  parent: z.int().nonnegative().nullable(),
  input: z.string().describe('Cut where it is long; `isCut` says so.'),
  output: z.string(),
  isCut: z.boolean().default(false),
  error: z.string().nullable().default(null),
  startedSeconds: z.number().nonnegative().describe('From the start of the execution.'),
  seconds: z.number().nonnegative(),
  usage: usageSchema.nullable().default(null),
});
export type TraceEntry = z.infer<typeof traceEntrySchema>;
