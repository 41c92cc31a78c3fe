import type { Message, ToolDefinition } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import { contentOf, plainContent } from './content.ts';
import { kindOf, quoted, type RowContext } from './context.ts';
import { rowIssue } from './issues.ts';
import { isObject, own, pathOf, type JsonObject } from './json.ts';
import { roleOf } from './roles.ts';
import { parsedText, toolCallsOf, toolsOf } from './tools.ts';
import { weightKeys, weightOf } from './weights.ts';

export const roleKeys = ['role', 'from', 'speaker', 'sender'] as const;
export const contentKeys = ['content', 'value', 'text', 'message'] as const;

export interface Turns {
  messages: Message[];
  /** Tools declared within a turn: on a system turn, or as `functions`. */
  tools: ToolDefinition[] | undefined;
}

/** A list of turns (or its JSON text) in the normal form; null when the row is refused. Turn order is not judged here. */
export function turnsOf(value: Json | undefined, path: string, context: RowContext): Turns | null {
  const list = parsedText(value);
  if (!Array.isArray(list)) {
    context.report(rowIssue('message_shape', `The turns are ${kindOf(value)}, not a list.`, { path }));
    return null;
  }
  const turns: Turns = { messages: [], tools: undefined };
  for (const [index, item] of list.entries()) {
    const here = pathOf(path, index);
    if (!isObject(item)) {
      context.report(rowIssue('message_shape', `This turn is ${kindOf(item)}, not an object.`, { path: here }));
      return null;
    }
    if (isExchange(item)) addExchange(turns, item, here, context);
    else addTurn(turns, item, here, context);
    if (context.isRefused) return null;
  }
  return turns;
}

type Exchange = JsonObject & { input: string; output: string };

/** An exchange holds both sides in one object: {"input": "…", "output": "…"}. */
export function isExchange(turn: JsonObject): turn is Exchange {
  return typeof turn['input'] === 'string' && typeof turn['output'] === 'string' && !roleKeys.some((key) => Object.hasOwn(turn, key));
}

function addExchange(turns: Turns, turn: Exchange, path: string, context: RowContext): void {
  turns.messages.push({ role: 'user', content: turn.input });
  const weight = weightOf(turn, path, context);
  turns.messages.push({ role: 'assistant', content: turn.output, ...(weight === undefined ? {} : { weight }) });
  noteOtherFields(turn, exchangeFields, path, context);
}

function addTurn(turns: Turns, turn: JsonObject, path: string, context: RowContext): void {
  const roleKey = roleKeys.find((key) => typeof turn[key] === 'string');
  const name = roleKey === undefined ? undefined : turn[roleKey];
  if (roleKey === undefined || typeof name !== 'string') {
    context.report(rowIssue('message_shape', 'This turn has no role.', { path }));
    return;
  }
  const role = roleOf(name);
  if (role === null) {
    context.report(rowIssue('role_unknown', `The role ${quoted(name)} is unknown.`, { path: pathOf(path, roleKey) }));
    return;
  }
  const contentKey = contentKeys.find((key) => Object.hasOwn(turn, key)) ?? 'content';
  const contentPath = pathOf(path, contentKey);
  if (role === 'system' || role === 'developer') {
    turns.tools ??= toolsOf(own(turn, 'tools') ?? own(turn, 'functions'), pathOf(path, 'tools'), context);
  }
  if (role === 'call') {
    addCalls(turns, own(turn, contentKey), contentPath, weightOf(turn, path, context), context);
  } else {
    const content = contentOf(own(turn, contentKey), contentPath, context);
    if (content === undefined) return;
    turns.messages.push(messageOf(turn, role, content, path, context));
  }
  noteOtherFields(turn, turnFields, path, context);
}

function messageOf(turn: JsonObject, role: Message['role'], content: Message['content'], path: string, context: RowContext): Message {
  const message: Message = { role, content };
  const name = own(turn, 'name');
  if (typeof name === 'string' && name !== '') message.name = name;
  const weight = weightOf(turn, path, context);
  if (weight !== undefined) {
    if (role === 'assistant') message.weight = weight;
    else if (weight > 0) context.reportOnce('weight_ignored', role, `A ${role} turn carries a weight; only assistant turns are trained.`, path);
  }
  if (role === 'assistant') {
    const calls = toolCallsOf(own(turn, 'tool_calls'), pathOf(path, 'tool_calls'), context)
      ?? toolCallsOf(own(turn, 'function_call'), pathOf(path, 'function_call'), context);
    if (calls !== undefined) message.tool_calls = calls;
    const reasoning = reasoningKeys.map((key) => own(turn, key)).find((value) => typeof value === 'string' && value !== '');
    if (typeof reasoning === 'string') message.reasoning_content = reasoning;
  }
  if (role === 'tool') {
    const id = own(turn, 'tool_call_id');
    if (typeof id === 'string' && id !== '') message.tool_call_id = id;
  }
  return message;
}

/** ShareGPT writes a call as a turn of its own: it joins the assistant turn before it, so that both make one turn. */
function addCalls(turns: Turns, value: Json | undefined, path: string, weight: number | undefined, context: RowContext): void {
  const calls = toolCallsOf(value, path, context);
  if (calls === undefined) {
    if (!context.isRefused) context.report(rowIssue('tool_call_invalid', 'This turn should hold a tool call and holds none.', { path }));
    return;
  }
  const previous = turns.messages.at(-1);
  if (previous?.role === 'assistant' && previous.weight === weight) {
    previous.tool_calls = [...(previous.tool_calls ?? []), ...calls];
    return;
  }
  turns.messages.push({ role: 'assistant', content: null, tool_calls: calls, ...(weight === undefined ? {} : { weight }) });
}

/** Says once per field that the normal form has no place for it on a turn. */
function noteOtherFields(turn: JsonObject, known: ReadonlySet<string>, path: string, context: RowContext): void {
  for (const key in turn) {
    if (known.has(key) || turn[key] === null) continue;
    context.reportOnce('message_fields', key, `The field ${quoted(key)} of a turn is not kept.`, pathOf(path, key));
  }
}

/** All text of some turns, roles left out. */
export function plainTurns(messages: readonly Message[]): string {
  return messages.map((message) => plainContent(message.content)).join('\n');
}

const reasoningKeys = ['reasoning_content', 'reasoning', 'thinking'];
const turnFields: ReadonlySet<string> = new Set([
  ...roleKeys, ...contentKeys, ...weightKeys, ...reasoningKeys,
  'name', 'tools', 'functions', 'tool_calls', 'function_call', 'tool_call_id',
]);
const exchangeFields: ReadonlySet<string> = new Set(['input', 'output', ...weightKeys]);
