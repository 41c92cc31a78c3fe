import type { ChatRow, Message, ToolDefinition } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import { addSystem, applyRowWeight, conversationColumns, isTurnList, rowTools } from './columns.ts';
import { checkToolUse, checkTurns } from './checkTurns.ts';
import { textOf } from './content.ts';
import type { RowContext } from './context.ts';
import { rowIssue } from './issues.ts';
import { own, pathOf, type JsonObject } from './json.ts';
import { linkToolIds } from './linkTools.ts';
import { turnsOf } from './messages.ts';
import { withExtras } from './meta.ts';
import { toolCallsOf } from './tools.ts';
import { callingTurns, toolsInSystemText } from './transcript.ts';

/** A conversation: a column of turns, a query with its calls, or a transcript in one text. */
export function chatRow(row: JsonObject, context: RowContext): ChatRow | null {
  const key = conversationColumns.find((name) => isTurnList(row[name])) ?? conversationColumns.find((name) => Array.isArray(row[name]));
  if (key !== undefined) return conversation(row, key, context);
  if (isCallPair(row)) return callPair(row, context);
  if (isTranscript(row)) return transcript(row, context);
  context.report(rowIssue('row_shape', 'This row has no conversation: messages is missing or is no list of turns.', { path: '$' }));
  return null;
}

/** A bare list of turns as the row. */
export function bareChatRow(turns: Json[], context: RowContext): ChatRow | null {
  return finishChat(turnsOf(turns, '$', context), {}, new Set(), '$', context);
}

/** A question whose answer is nothing but calls, as APIGen and xLAM publish them. */
export function isCallPair(row: JsonObject): boolean {
  return row['query'] !== undefined && row['answers'] !== undefined && row['tools'] !== undefined;
}

/** System text and transcript in two columns, as Glaive publishes them. */
export function isTranscript(row: JsonObject): boolean {
  return typeof row['chat'] === 'string' && callingTurns.isTranscript(row['chat']);
}

/** Adds system, tools, weights and extras to turns, and judges the whole. */
export function finishChat(
  turns: { messages: Message[]; tools: ToolDefinition[] | undefined } | null,
  row: JsonObject,
  used: Set<string>,
  path: string,
  context: RowContext,
): ChatRow | null {
  if (turns === null) return null;
  const { messages } = turns;
  addSystem(messages, row, used, context);
  const tools = rowTools(row, messages, used, context) ?? turns.tools;
  applyRowWeight(messages, row, used, context);
  linkToolIds(messages);
  checkTurns(messages, path, context);
  checkToolUse(messages, tools, path, context);
  if (context.isRefused) return null;
  return withExtras({ kind: 'chat', messages, ...(tools === undefined ? {} : { tools }) }, row, used, context);
}

function conversation(row: JsonObject, key: string, context: RowContext): ChatRow | null {
  const path = pathOf('$', key);
  return finishChat(turnsOf(own(row, key), path, context), row, new Set([key]), path, context);
}

function callPair(row: JsonObject, context: RowContext): ChatRow | null {
  const query = textOf(own(row, 'query'), '$.query', context) ?? '';
  const calls = toolCallsOf(own(row, 'answers'), '$.answers', context);
  if (calls === undefined) {
    if (!context.isRefused) context.report(rowIssue('answer_empty', 'answers holds no call.', { path: '$.answers' }));
    return null;
  }
  const messages: Message[] = [{ role: 'user', content: query }, { role: 'assistant', content: null, tool_calls: calls }];
  return finishChat({ messages, tools: undefined }, row, new Set(['query', 'answers']), '$', context);
}

function transcript(row: JsonObject, context: RowContext): ChatRow | null {
  const messages = callingTurns.parse(textOf(own(row, 'chat'), '$.chat', context) ?? '', '$.chat', context);
  if (messages === null) return null;
  const system = textOf(own(row, 'system'), '$.system', context);
  const { text, tools } = toolsInSystemText(system ?? '', '$.system', context);
  if (text !== '') messages.unshift({ role: 'system', content: text });
  return finishChat({ messages, tools }, row, new Set(['chat', 'system']), '$.chat', context);
}
