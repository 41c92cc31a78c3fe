import { z } from 'zod';
import type { Message } from '../../protocol/datasets.ts';
import { failure } from '../../protocol/errors.ts';
import type { ChatAnswer, ChatModel, ChatOptions, ChatSampling } from './chatModel.ts';

export interface StructuredRequest<Value> {
  messages: Message[];
  /** Letters, digits and underscores: some providers show it to the model. */
  name: string;
  schema: z.ZodType<Value>;
  sampling: ChatSampling;
}

export interface StructuredAnswer<Value> {
  value: Value;
  /** One, or two where the first had to be repaired. */
  answers: ChatAnswer[];
}

/**
 * An answer that follows a schema. What does not parse is asked for once more with the error beside it; after that it is
 * `structured_output_invalid`, with what the model wrote in the details.
 */
export async function answerStructured<Value>(model: ChatModel, request: StructuredRequest<Value>, options: ChatOptions): Promise<StructuredAnswer<Value>> {
  const responseSchema = { name: request.name, schema: toJsonSchema(request.schema) };
  const ask = async (messages: Message[]) => await model.chat({ messages, tools: [], responseSchema, sampling: request.sampling }, options);
  const first = await ask(request.messages);
  const read = readAnswer(first, request.schema);
  if (read.isValid) return { value: read.value, answers: [first] };
  const second = await ask([...request.messages, { role: 'assistant', content: first.text }, { role: 'user', content: repairPrompt(read.problem) }]);
  const repaired = readAnswer(second, request.schema);
  if (repaired.isValid) return { value: repaired.value, answers: [first, second] };
  throw failure('structured_output_invalid', `${model.label} did not answer in the form that was asked for: ${repaired.problem}`, {
    hint: 'Try again, or choose a stronger model.',
    details: { text: second.text },
  });
}

type ReadAnswer<Value> = { isValid: true; value: Value } | { isValid: false; problem: string };

function readAnswer<Value>(answer: ChatAnswer, schema: z.ZodType<Value>): ReadAnswer<Value> {
  if (answer.stop === 'length') return { isValid: false, problem: 'The answer was cut at its longest length.' };
  let json: unknown;
  try {
    json = JSON.parse(withoutFence(answer.text));
  } catch (error) {
    return { isValid: false, problem: `The answer is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { isValid: true, value: parsed.data };
  return { isValid: false, problem: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') };
}

/** Models that are only asked for JSON like to put it into a code block. */
function withoutFence(text: string): string {
  return /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(text)?.[1] ?? text;
}

function repairPrompt(problem: string): string {
  return `That answer can’t be used. ${problem}\nAnswer again with nothing but JSON of the form that was asked for.`;
}

function toJsonSchema(schema: z.ZodType): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }));
}
