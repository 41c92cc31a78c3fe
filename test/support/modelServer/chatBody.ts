import { z } from 'zod';

/**
 * Bodies that the server takes, as OpenAI's API reference has them ("Create chat completion", "Create embeddings").
 * What a real server refuses with a 400, this one refuses too.
 */
const contentSchema = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]).nullable().optional();
const toolCallSchema = z.looseObject({ id: z.string(), type: z.literal('function'), function: z.looseObject({ name: z.string(), arguments: z.string() }) });
const messageSchema = z.discriminatedUnion('role', [
  z.looseObject({ role: z.literal('system'), content: contentSchema }),
  z.looseObject({ role: z.literal('developer'), content: contentSchema }),
  z.looseObject({ role: z.literal('user'), content: contentSchema }),
  z.looseObject({ role: z.literal('assistant'), content: contentSchema, tool_calls: z.array(toolCallSchema).min(1).optional() }),
  z.looseObject({ role: z.literal('tool'), content: contentSchema, tool_call_id: z.string() }),
]);

const name = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);

export const chatBodySchema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(messageSchema).min(1),
  stream: z.boolean().nullable().optional(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullable().optional(),
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  max_tokens: z.int().min(1).optional(),
  max_completion_tokens: z.int().min(1).optional(),
  seed: z.int().optional(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullable().optional(),
  tools: z.array(z.looseObject({ type: z.literal('function'), function: z.looseObject({ name }) })).min(1).optional(),
  response_format: z.looseObject({
    type: z.enum(['text', 'json_object', 'json_schema']),
    json_schema: z.looseObject({ name, strict: z.boolean().nullable().optional(), schema: z.record(z.string(), z.unknown()).optional() }).optional(),
  }).optional(),
});
export type ChatBody = z.infer<typeof chatBodySchema>;

export const embeddingsBodySchema = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(z.string()).min(1)]),
  encoding_format: z.enum(['float', 'base64']).optional(),
});

/** A `tool` message must follow the call that it answers, and each call must be answered. */
export function toolOrderProblem({ messages }: ChatBody): string | null {
  let open = new Set<string>();
  for (const message of messages) {
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) return "messages with role 'tool' must be a response to a preceding message with 'tool_calls'.";
      continue;
    }
    if (open.size > 0) return "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.";
    if (message.role === 'assistant') open = new Set((message.tool_calls ?? []).map(({ id }) => id));
  }
  return open.size > 0 ? "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'." : null;
}

const record = z.record(z.string(), z.unknown());
const strictKeywords = new Set([
  'type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'const', 'anyOf', 'description', 'title', '$ref', '$defs', 'definitions',
  'pattern', 'format', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minItems', 'maxItems',
]);

/** What OpenAI's strict mode refuses ("Structured Outputs", Supported schemas); null where it takes the schema. */
export function strictSchemaProblem(schema: unknown, path: readonly string[] = []): string | null {
  if (typeof schema !== 'object' || schema === null) return `In context=(${path.join(', ')}), schema must be an object.`;
  const entries = new Map<string, unknown>(Object.entries(schema));
  const where = `In context=(${path.map((part) => `'${part}'`).join(', ')})`;
  if (path.length === 0 && entries.get('type') !== 'object') return `schema must be a JSON Schema of 'type: "object"'.`;
  for (const keyword of entries.keys()) if (!strictKeywords.has(keyword)) return `${where}, '${keyword}' is not permitted.`;
  if (entries.get('type') === 'object') {
    if (entries.get('additionalProperties') !== false) return `${where}, 'additionalProperties' is required to be supplied and to be false.`;
    const required = entries.get('required');
    const names = Object.keys(record.parse(entries.get('properties') ?? {}));
    if (!Array.isArray(required) || names.some((key) => !required.includes(key))) return `${where}, 'required' is required to be supplied and to be an array including every key in properties.`;
  }
  for (const keyword of ['properties', '$defs', 'definitions']) {
    for (const [key, inner] of Object.entries(record.parse(entries.get(keyword) ?? {}))) {
      const problem = strictSchemaProblem(inner, [...path, keyword, key]);
      if (problem !== null) return problem;
    }
  }
  if (entries.has('items')) return strictSchemaProblem(entries.get('items'), [...path, 'items']);
  const branches: unknown = entries.get('anyOf');
  if (Array.isArray(branches)) {
    for (const [index, branch] of branches.entries()) {
      const problem = strictSchemaProblem(branch, [...path, 'anyOf', String(index)]);
      if (problem !== null) return problem;
    }
  }
  return null;
}
