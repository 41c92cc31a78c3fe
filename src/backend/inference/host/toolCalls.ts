import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ToolCall } from '../../../protocol/datasets.ts';
import { jsonSchema } from '../../../protocol/json.ts';
import type { HeldText } from './answerText.ts';

/** How the models of one family write calls of tools into their answers. */
export interface ToolCallForm {
  held: HeldText;
  /** Text before the calls, and the calls; null where the answer has none that can be read. */
  read: (rawText: string) => ToolAnswer | null;
}

export interface ToolAnswer {
  text: string;
  toolCalls: ToolCall[];
}

/** The template shows tools to the model. */
export function hasTools(template: string): boolean {
  return /\btools\b/.test(template);
}

/**
 * The form that a chat template teaches; null where it knows no tools. Hermes and Qwen put JSON into tool_call tags,
 * Mistral a list behind a marker, Llama 3 answers with nothing but a JSON object.
 */
export function toolCallForm(template: string): ToolCallForm | null {
  if (!hasTools(template)) return null;
  if (template.includes('<tool_call>')) return tagged;
  if (template.includes('[TOOL_CALLS]')) return marked;
  return bare;
}

const tagged: ToolCallForm = {
  held: { markers: ['<tool_call>'], openings: [] },
  read: (raw) => {
    const start = raw.indexOf('<tool_call>');
    if (start < 0) return null;
    const bodies = [...raw.slice(start).matchAll(/<tool_call>\s*([\s\S]*?)\s*(?:<\/tool_call>|$)/g)].map(([, body = '']) => body);
    return toAnswer(raw.slice(0, start), bodies);
  },
};

const marked: ToolCallForm = {
  held: { markers: ['[TOOL_CALLS]'], openings: ['[', '{'] },
  read: (raw) => {
    const marker = '[TOOL_CALLS]';
    const start = raw.indexOf(marker);
    return start < 0 ? null : toAnswer(raw.slice(0, start), [raw.slice(start + marker.length)]);
  },
};

const bare: ToolCallForm = {
  held: { markers: [], openings: ['{', '['] },
  read: (raw) => toAnswer('', [raw.replace(/^\s*<\|python_tag\|>/, '')]),
};

const writtenCallSchema = z.union([
  z.object({ name: z.string().min(1), arguments: z.union([z.record(z.string(), jsonSchema), z.string()]) }),
  z.object({ name: z.string().min(1), parameters: z.record(z.string(), jsonSchema) }).transform(({ name, parameters }) => ({ name, arguments: parameters })),
]);
const writtenCallsSchema = z.union([writtenCallSchema.transform((call) => [call]), z.array(writtenCallSchema).min(1)]);
const argumentsSchema = z.record(z.string(), jsonSchema);

/** One body that is no call makes the whole answer text: half of a plan is not carried out. */
function toAnswer(text: string, bodies: string[]): ToolAnswer | null {
  const toolCalls: ToolCall[] = [];
  for (const body of bodies) {
    const written = writtenCallsSchema.safeParse(parseJson(body.trim()));
    if (!written.success) return null;
    for (const call of written.data) {
      const given = argumentsSchema.safeParse(typeof call.arguments === 'string' ? parseJson(call.arguments) : call.arguments);
      if (!given.success) return null;
      toolCalls.push({ id: `call_${randomUUID()}`, type: 'function', function: { name: call.name, arguments: given.data } });
    }
  }
  return toolCalls.length === 0 ? null : { text: text.trim(), toolCalls };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no call, which the schema says.
    return undefined;
  }
}
