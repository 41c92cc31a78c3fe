import type { Message, ToolDefinition } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import { contentOf, plainContent } from './content.ts';
import type { RowContext } from './context.ts';
import { rowIssue } from './issues.ts';
import { isObject, own, pathOf, type JsonObject } from './json.ts';
import { contentKeys, isExchange, roleKeys } from './messages.ts';
import { parsedText, toolsOf } from './tools.ts';
import { parseWeight, rowWeightKeys } from './weights.ts';

/** Columns that hold a conversation, best known first. */
export const conversationColumns = ['messages', 'conversations', 'conversation', 'dialogue', 'dialog', 'turns', 'chat'] as const;

const systemColumns = ['system', 'system_prompt', 'system_message'] as const;
const toolColumns = ['tools', 'functions', 'tools_json'] as const;

/** Prompt and answer under the names they are published with. Whole names only; the first pair that a row has counts. */
export const pairColumns = [
  ['prompt', 'completion'], ['prompt', 'response'], ['prompt', 'output'], ['prompt', 'answer'],
  ['question', 'answer'], ['question', 'response'], ['query', 'response'], ['query', 'answer'],
  ['input', 'output'], ['inputs', 'targets'], ['input', 'target'], ['source', 'target'], ['problem', 'solution'],
] as const;

export const preferenceColumns = [
  ['chosen', 'rejected'], ['preferred_output', 'non_preferred_output'], ['chosen_response', 'rejected_response'], ['response_j', 'response_k'],
] as const;

export const labelColumns = ['label', 'kto_tag', 'kto_label'] as const;

/** True for a value that reads as a conversation: a list of turns, or the JSON text of one. */
export function isTurnList(value: Json | undefined): value is Json[] | string {
  const list = typeof value === 'string' && value.startsWith('[') ? parsedText(value) : value;
  return Array.isArray(list) && list.length > 0 && isObject(list[0]) && (turnStyle(list[0]) !== null || isExchange(list[0]));
}

/** Which family of keys a turn is written with. */
export function turnStyle(turn: JsonObject): 'openai' | 'sharegpt' | null {
  const roleKey = roleKeys.find((key) => typeof turn[key] === 'string');
  if (roleKey === undefined) return null;
  const hasBody = contentKeys.some((key) => Object.hasOwn(turn, key)) || Object.hasOwn(turn, 'tool_calls') || Object.hasOwn(turn, 'function_call');
  if (!hasBody) return null;
  return roleKey === 'role' ? 'openai' : 'sharegpt';
}

/** Puts the system column in front; a conversation that has its own system turn keeps that, and the column stays in meta. */
export function addSystem(messages: Message[], row: JsonObject, used: Set<string>, context: RowContext): void {
  for (const key of systemColumns) {
    const value = own(row, key);
    if (value === undefined || used.has(key)) continue;
    const path = pathOf('$', key);
    const content = contentOf(value, path, context);
    if (content === undefined) return;
    const text = plainContent(content);
    const present = messages.find((message) => message.role === 'system' || message.role === 'developer');
    if (text === '' || (present !== undefined && plainContent(present.content) === text)) {
      used.add(key);
    } else if (present !== undefined) {
      context.report(rowIssue('system_conflict', `The column ${key} and the system turn differ; the turn counts.`, { path }));
    } else {
      used.add(key);
      messages.unshift({ role: 'system', content });
    }
  }
}

/** The tools of a row. Where the system prompt writes them out already they stay in meta, or the model would read them twice. */
export function rowTools(row: JsonObject, messages: readonly Message[], used: Set<string>, context: RowContext): ToolDefinition[] | undefined {
  const key = toolColumns.find((name) => own(row, name) !== undefined && own(row, name) !== null);
  if (key === undefined) return undefined;
  const path = pathOf('$', key);
  const [first] = messages;
  if (first?.role === 'system' && plainContent(first.content).includes('<tools>')) {
    context.reportOnce('tools_in_system', key, 'The system prompt lists the tools already.', path);
    return undefined;
  }
  used.add(key);
  return toolsOf(own(row, key), path, context);
}

/** Applies a weight column of the row to its answers. */
export function applyRowWeight(messages: readonly Message[], row: JsonObject, used: Set<string>, context: RowContext): void {
  for (const key of rowWeightKeys) {
    const value = own(row, key);
    if (value === undefined || value === null) continue;
    const weight = parseWeight(value);
    if (weight === null) {
      context.report(rowIssue('weight_invalid', `${key} is no weight.`, { path: pathOf('$', key) }));
      return;
    }
    used.add(key);
    for (const message of messages) {
      if (message.role === 'assistant') message.weight = (message.weight ?? 1) * weight;
    }
    return;
  }
}
