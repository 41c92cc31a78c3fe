import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ChatBody } from './chatBody.ts';

/**
 * What a scripted model server answers. A script is data, so that it can stand in a JSON file, or has functions where a
 * test is TypeScript. It is a function of the request: the first rule that matches answers, and the only thing that a
 * rule may know beside the request is how often the very same request came before (`repeat`), so that an order in time
 * between different requests never matters.
 */
export interface ModelScript {
  /** Asked for as `Authorization: Bearer …`; anything else is a 401. Absent: no key is needed. */
  apiKey?: string | undefined;
  /** Models that it knows; others are a 404. */
  models?: string[] | undefined;
  /** What it refuses with a 400, as servers do that lack it. All of it is there unless said. */
  lacks?: ('json_schema' | 'json_object' | 'tools' | 'stream_options' | 'seed')[] | undefined;
  /** Told with the models, as vLLM does. */
  contextLength?: number | undefined;
  rules: ScriptRule[];
}

export interface ScriptRule {
  when?: ScriptMatch | undefined;
  reply: ScriptReply | ((request: SeenChat) => ScriptReply);
}

/** All of what is given must hold. A string is found anywhere in the text; in a JSON file `/…/i` is a pattern. */
export interface ScriptMatch {
  model?: TextMatch | undefined;
  /** The system messages together. */
  system?: TextMatch | undefined;
  /** The last user message. */
  user?: TextMatch | undefined;
  /** The whole conversation. */
  anywhere?: TextMatch | undefined;
  /** Name of the JSON Schema that the answer is to follow: what the call is for. */
  schema?: TextMatch | undefined;
  /** The last message is the result of a tool, whose text this is. */
  toolResult?: TextMatch | undefined;
  /** How often the same request came before: that often, or fewer times than `below`. */
  repeat?: number | { below: number } | undefined;
}

export type TextMatch = string | RegExp;

/** What may go wrong on the way of an answer. Pieces are counted from 0; an answer is sent a word at a time. */
export interface ScriptTrouble {
  /** Waits this long before the first piece. */
  firstPieceMs?: number | undefined;
  /** Waits this long between pieces. */
  pieceMs?: number | undefined;
  /** Says nothing more from this piece on, and leaves the connection open. */
  stallAt?: number | undefined;
  /** Closes the connection at this piece, without an end. */
  cutAt?: number | undefined;
  /** Sends something that is no JSON: instead of the whole body, or of this piece of a stream. */
  malformedAt?: number | undefined;
}

interface ReplyFacts {
  /** Absent: a quarter of the characters. Null: none is told. */
  usage?: { promptTokens: number; completionTokens: number } | null | undefined;
  finish?: 'stop' | 'length' | undefined;
  trouble?: ScriptTrouble | undefined;
}

/** In `text`, `{{user}}`, `{{system}}` and `{{model}}` are what the request says. */
export type ScriptReply =
  | (ReplyFacts & { text: string })
  | (ReplyFacts & { json: unknown })
  | (ReplyFacts & { toolCalls: { name: string; arguments: unknown }[]; text?: string | undefined })
  | { status: number; retryAfter?: number | string | undefined; message?: string | undefined; code?: string | undefined };

/** A chat request as a rule sees it. */
export interface SeenChat {
  body: ChatBody;
  model: string;
  system: string;
  user: string;
  anywhere: string;
  schema: string | null;
  toolResult: string | null;
  repeat: number;
}

const text = z.string().transform((value): TextMatch => {
  const pattern = /^\/(.*)\/([a-z]*)$/s.exec(value);
  return pattern?.[1] === undefined ? value : new RegExp(pattern[1], pattern[2]);
});
const trouble = z.strictObject({ firstPieceMs: z.number(), pieceMs: z.number(), stallAt: z.int(), cutAt: z.int(), malformedAt: z.int() }).partial();
const facts = {
  usage: z.strictObject({ promptTokens: z.int(), completionTokens: z.int() }).nullable().optional(),
  finish: z.enum(['stop', 'length']).optional(),
  trouble: trouble.optional(),
};
const ruleSchema = z.strictObject({
  when: z.strictObject({
    model: text, system: text, user: text, anywhere: text, schema: text, toolResult: text,
    repeat: z.union([z.int(), z.strictObject({ below: z.int() })]),
  }).partial().optional(),
  reply: z.union([
    z.strictObject({ text: z.string(), ...facts }),
    z.strictObject({ json: z.json(), ...facts }),
    z.strictObject({ toolCalls: z.array(z.strictObject({ name: z.string(), arguments: z.json() })), text: z.string().optional(), ...facts }),
    z.strictObject({ status: z.int(), retryAfter: z.union([z.number(), z.string()]).optional(), message: z.string().optional(), code: z.string().optional() }),
  ]),
});
export const rulesSchema = z.array(ruleSchema);
export const scriptSchema = z.strictObject({
  apiKey: z.string().optional(),
  models: z.array(z.string()).optional(),
  lacks: z.array(z.enum(['json_schema', 'json_object', 'tools', 'stream_options', 'seed'])).optional(),
  contextLength: z.int().optional(),
  rules: rulesSchema,
});

export function seenChat(body: ChatBody, repeat: number): SeenChat {
  const texts = (role: string) => body.messages.filter((message) => message.role === role).map((message) => contentText(message.content));
  const last = body.messages.at(-1);
  return {
    body,
    model: body.model,
    system: [...texts('system'), ...texts('developer')].join('\n'),
    user: texts('user').at(-1) ?? '',
    anywhere: body.messages.map((message) => contentText(message.content)).join('\n'),
    schema: body.response_format?.type === 'json_schema' ? (body.response_format.json_schema?.name ?? null) : null,
    toolResult: last?.role === 'tool' ? contentText(last.content) : null,
    repeat,
  };
}

/** The first rule that matches; null where none does, which the server tells as a failure of the test. */
export function replyTo(rules: readonly ScriptRule[], request: SeenChat): ScriptReply | null {
  const rule = rules.find(({ when }) => when === undefined || matches(when, request));
  if (rule === undefined) return null;
  return typeof rule.reply === 'function' ? rule.reply(request) : rule.reply;
}

/** Tells the same request again from another. */
export function fingerprint(body: ChatBody): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex');
}

export function fillIn(template: string, request: SeenChat): string {
  return template.replace(/\{\{(user|system|model)\}\}/g, (_whole, name: 'user' | 'system' | 'model') => request[name]);
}

function matches(when: ScriptMatch, request: SeenChat): boolean {
  const { repeat, ...texts } = when;
  if (typeof repeat === 'number' && request.repeat !== repeat) return false;
  if (typeof repeat === 'object' && request.repeat >= repeat.below) return false;
  const names = ['model', 'system', 'user', 'anywhere', 'schema', 'toolResult'] as const;
  return names.every((name) => texts[name] === undefined || isIn(texts[name], request[name]));
}

function isIn(match: TextMatch, value: string | null): boolean {
  if (value === null) return false;
  return typeof match === 'string' ? value.includes(match) : new RegExp(match.source, match.flags.replace(/[gy]/g, '')).test(value);
}

function contentText(content: ChatBody['messages'][number]['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join('');
}
