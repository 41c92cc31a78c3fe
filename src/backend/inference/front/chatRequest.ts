import { z } from 'zod';
import { toolDefinitionSchema, type Message } from '../../../protocol/datasets.ts';
import { mostAlternatives, type ChatParams } from '../../../protocol/inference.ts';
import { jsonSchema } from '../../../protocol/json.ts';
import { HttpProblem } from './problem.ts';

const textPartSchema = z.looseObject({ type: z.literal('text', { error: 'the models here read text alone' }), text: z.string() });

/** The body of POST /v1/chat/completions as far as local models can do what it says; https://platform.openai.com/docs/api-reference/chat/create */
export const chatBodySchema = z.looseObject({
  model: z.string().min(1),
  messages: z
    .array(
      z.looseObject({
        role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
        content: z.union([z.string(), z.array(textPartSchema), z.null()]).optional(),
        name: z.string().optional(),
        tool_call_id: z.string().optional(),
        tool_calls: z.array(z.looseObject({ id: z.string().optional(), type: z.literal('function'), function: z.object({ name: z.string(), arguments: z.string() }) })).optional(),
      }),
    )
    .min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  seed: z.int().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(16)]).nullish(),
  n: z.literal(1, { error: 'one answer at a time' }).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(mostAlternatives).nullish(),
  tools: z.array(toolDefinitionSchema).nullish(),
  // What would change the answer and is not there is refused: an option that is passed over in silence misleads.
  tool_choice: z.enum(['auto', 'none'], { error: 'the models here choose themselves: auto or none' }).nullish(),
  presence_penalty: z.literal(0, { error: 'penalties are not supported' }).nullish(),
  frequency_penalty: z.literal(0, { error: 'penalties are not supported' }).nullish(),
  logit_bias: z.record(z.string(), z.never({ error: 'biases are not supported' })).nullish(),
  response_format: z
    .discriminatedUnion('type', [
      z.looseObject({ type: z.literal('text') }),
      z.looseObject({ type: z.literal('json_object') }),
      z.looseObject({ type: z.literal('json_schema'), json_schema: z.looseObject({ schema: z.record(z.string(), jsonSchema) }) }),
    ])
    .nullish(),
}).refine(({ logprobs, top_logprobs }) => logprobs === true || top_logprobs === null || top_logprobs === undefined, { path: ['top_logprobs'], error: 'needs logprobs' });
export type ChatBody = z.output<typeof chatBodySchema>;

const defaultMaxTokens = 1024;
const seeds = 2 ** 31;

/** What the inference host is asked. Without a seed each answer is drawn anew. */
export function toChatParams(body: ChatBody, target: { modelPath: string; adapterPath: string | null }, drawnSeed: number): ChatParams {
  const { stop, seed } = body;
  return {
    ...target,
    messages: body.messages.map(toMessage),
    tools: body.tool_choice === 'none' ? [] : (body.tools ?? []),
    sampling: {
      maxTokens: body.max_completion_tokens ?? body.max_tokens ?? defaultMaxTokens,
      temperature: body.temperature ?? 1,
      topP: body.top_p ?? 1,
      topK: 40,
      seed: Math.abs(seed ?? drawnSeed) % seeds,
      stop: stop === null || stop === undefined ? [] : [stop].flat().filter((text) => text !== ''),
    },
    responseSchema: responseSchemaOf(body),
    logprobs: body.logprobs === true ? (body.top_logprobs ?? 0) : null,
  };
}

function responseSchemaOf({ response_format: format }: ChatBody): ChatParams['responseSchema'] {
  if (format === null || format === undefined || format.type === 'text') return null;
  return format.type === 'json_object' ? { type: 'object' } : format.json_schema.schema;
}

function toMessage({ role, content, name, tool_call_id, tool_calls }: ChatBody['messages'][number], index: number): Message {
  return {
    role,
    content: content ?? null,
    ...(name === undefined ? {} : { name }),
    ...(tool_call_id === undefined ? {} : { tool_call_id }),
    ...(tool_calls === undefined ? {} : { tool_calls: tool_calls.map((call) => ({ ...(call.id === undefined ? {} : { id: call.id }), type: call.type, function: { name: call.function.name, arguments: argumentsOf(call.function.arguments, index) } })) }),
  };
}

const argumentsSchema = z.record(z.string(), jsonSchema);

function argumentsOf(text: string, index: number): z.output<typeof argumentsSchema> {
  try {
    return argumentsSchema.parse(JSON.parse(text));
  } catch {
    throw new HttpProblem(400, 'invalid_value', 'The arguments of a tool call are no JSON object.', `messages.${String(index)}.tool_calls`);
  }
}
