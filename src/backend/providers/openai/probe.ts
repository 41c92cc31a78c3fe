import type OpenAI from 'openai';
import { z } from 'zod';
import type { ToolDefinition } from '../../../protocol/datasets.ts';
import type { Capabilities, ChatAnswer, ChatRequest, Price, Toll } from '../chatModel.ts';
import { costOf } from '../prices.ts';
import type { Concessions } from './concessions.ts';

export interface Probing {
  ask: (request: ChatRequest) => Promise<ChatAnswer>;
  /** How structured answers are asked for after the question. */
  structured: () => Concessions['structured'];
  maxTokensKey: () => Concessions['maxTokensKey'];
  price: Price | null;
  toll: Toll | undefined;
  signal: AbortSignal;
}

const sampling = { temperature: 0, topP: 1, maxTokens: 64, seed: null, stop: [] };
const greetingSchema = { type: 'object', properties: { greeting: { type: 'string' } }, required: ['greeting'], additionalProperties: false };
const tool: ToolDefinition = { type: 'function', function: { name: 'greet', description: 'Greets someone.', parameters: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'], additionalProperties: false } } };

/** What a model can do, by asking it: a greeting that follows a schema, a call of a tool, a token's log-probability. */
export async function probeCapabilities(client: OpenAI, model: string, probing: Probing): Promise<Capabilities> {
  const structured = await pay(probing, { messages: [{ role: 'user', content: 'Greet me.' }], tools: [], responseSchema: { name: 'greeting', schema: greetingSchema }, sampling });
  const isEnforced = probing.structured() === 'schema' && isGreeting(structured.text);
  return {
    structuredOutput: isEnforced ? 'enforced' : 'asked',
    hasTools: await callsTools(probing),
    hasLogprobs: await givesLogprobs(client, model, probing),
    contextLength: await contextLength(client, model, probing.signal),
  };
}

function isGreeting(text: string): boolean {
  try {
    return z.object({ greeting: z.string() }).safeParse(JSON.parse(text)).success;
  } catch {
    // Prose, although a schema was given: the server took the schema and did not hold to it.
    return false;
  }
}

async function callsTools(probing: Probing): Promise<boolean> {
  const request: ChatRequest = { messages: [{ role: 'user', content: 'Call the tool greet with the name Ada.' }], tools: [tool], responseSchema: null, sampling };
  try {
    return (await pay(probing, request)).toolCalls.length > 0;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'provider_refused' || error.code === 'provider_bad_answer');
}

const fewTokens = 16;

async function givesLogprobs(client: OpenAI, model: string, { price, toll, maxTokensKey, signal }: Probing): Promise<boolean> {
  toll?.before();
  const started = performance.now();
  try {
    const answer = await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hi' }], logprobs: true, [maxTokensKey()]: fewTokens }, { signal });
    const [choice] = answer.choices;
    const usage = { promptTokens: answer.usage?.prompt_tokens ?? null, completionTokens: answer.usage?.completion_tokens ?? null };
    toll?.after({ text: choice?.message.content ?? '', toolCalls: [], stop: 'stop', usage, costUsd: costOf(usage, price), model: answer.model, seconds: (performance.now() - started) / 1000 });
    return (choice?.logprobs?.content?.length ?? 0) > 0;
  } catch {
    // Whatever it is that a server has against the question, it does not answer it.
    signal.throwIfAborted();
    return false;
  }
}

async function pay({ ask, toll }: Probing, request: ChatRequest): Promise<ChatAnswer> {
  toll?.before();
  const answer = await ask(request);
  toll?.after(answer);
  return answer;
}

/** Not part of OpenAI's answer: vLLM, llama.cpp and LM Studio tell it in fields of their own. */
const modelEntrySchema = z.looseObject({ max_model_len: z.int().optional(), context_length: z.int().optional(), max_context_length: z.int().optional(), meta: z.looseObject({ n_ctx_train: z.int().optional() }).nullish() });

async function contextLength(client: OpenAI, model: string, signal: AbortSignal): Promise<number | null> {
  try {
    const { data } = await client.models.list({ signal });
    const entry = modelEntrySchema.parse(data.find(({ id }) => id === model) ?? {});
    return entry.max_model_len ?? entry.context_length ?? entry.max_context_length ?? entry.meta?.n_ctx_train ?? null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
