import type OpenAI from 'openai';
import type { Message } from '../../../protocol/datasets.ts';
import type { ChatRequest } from '../chatModel.ts';
import { askForSchema, contentText } from '../messages.ts';
import type { Concessions } from './concessions.ts';
import { strictSchema } from './strictSchema.ts';

type Body = OpenAI.Chat.ChatCompletionCreateParamsStreaming;
type WireMessage = OpenAI.Chat.ChatCompletionMessageParam;

/** A request in OpenAI's words ("Create chat completion"), less what the server was found not to take. */
export function requestBody(model: string, request: ChatRequest, concessions: Concessions): Body {
  const { sampling, tools } = request;
  const has = (parameter: Parameters<Concessions['without']['has']>[0]) => !concessions.without.has(parameter);
  return {
    model,
    messages: wireMessages(request, concessions),
    stream: true,
    [concessions.maxTokensKey]: sampling.maxTokens,
    ...(has('stream_options') ? { stream_options: { include_usage: true } } : {}),
    ...(has('temperature') ? { temperature: sampling.temperature } : {}),
    ...(has('top_p') ? { top_p: sampling.topP } : {}),
    ...(sampling.seed === null || !has('seed') ? {} : seeded(sampling.seed)),
    ...(sampling.stop.length > 0 && has('stop') ? { stop: sampling.stop } : {}),
    ...(tools.length > 0 ? { tools } : {}),
    ...responseFormat(request, concessions),
  };
}

/** Best effort, as OpenAI calls it; local servers keep to it. */
function seeded(seed: number): { seed: number } {
  return { seed };
}

function responseFormat({ responseSchema }: ChatRequest, { structured }: Concessions): Pick<Body, 'response_format'> {
  if (responseSchema === null || structured === 'asked') return {};
  if (structured === 'object') return { response_format: { type: 'json_object' } };
  const { $schema: _dialect, ...schema } = responseSchema.schema;
  const strict = strictSchema(schema);
  return { response_format: { type: 'json_schema', json_schema: { name: responseSchema.name, strict: strict !== null, schema: strict ?? schema } } };
}

function wireMessages({ messages, responseSchema }: ChatRequest, { structured }: Concessions): WireMessage[] {
  const asking = responseSchema === null || structured === 'schema' ? messages : askForSchema(messages, responseSchema.schema);
  return asking.map(wireMessage);
}

/** Calls without an id get one of their place, and results without one answer the calls before them in order. */
function wireMessage(message: Message, index: number, all: Message[]): WireMessage {
  const content = contentText(message.content);
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content };
    case 'user':
      return { role: 'user', content, ...(message.name === undefined ? {} : { name: message.name }) };
    case 'tool':
      return { role: 'tool', content, tool_call_id: message.tool_call_id ?? callIdBefore(index, all) };
    case 'assistant': {
      const calls = message.tool_calls ?? [];
      if (calls.length === 0) return { role: 'assistant', content };
      return {
        role: 'assistant',
        content: content === '' ? null : content,
        tool_calls: calls.map((call, place) => ({ id: call.id ?? callId(index, place), type: 'function', function: { name: call.function.name, arguments: JSON.stringify(call.function.arguments) } })),
      };
    }
  }
}

function callId(message: number, place: number): string {
  return `call_${String(message)}_${String(place)}`;
}

function callIdBefore(index: number, all: Message[]): string {
  let caller = index;
  while (caller > 0 && all[caller]?.role === 'tool') caller -= 1;
  const place = index - caller - 1;
  return all[caller]?.tool_calls?.[place]?.id ?? callId(caller, place);
}
