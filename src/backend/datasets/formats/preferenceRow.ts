import type { Message, PreferenceRow, ToolDefinition } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import { answerTurns, promptTurns } from './answers.ts';
import { checkContext } from './checkTurns.ts';
import { addSystem, conversationColumns, isTurnList, preferenceColumns, rowTools } from './columns.ts';
import { plainContent } from './content.ts';
import { quoted, type RowContext } from './context.ts';
import { rowIssue } from './issues.ts';
import { hasInk, isObject, own, pathOf, type JsonObject } from './json.ts';
import { plainTurns, turnsOf } from './messages.ts';
import { withExtras } from './meta.ts';
import { alpacaPrompt, historyTurns } from './pairRow.ts';
import { toolsOf } from './tools.ts';

/** Two answers to one prompt, the first preferred. What both conversations begin with is the prompt. */
export function preferenceRow(row: JsonObject, context: RowContext): PreferenceRow | null {
  const columns = answerColumns(row);
  if (columns === null) {
    context.report(rowIssue('row_shape', 'This row lacks chosen or rejected.', { path: '$' }));
    return null;
  }
  const used = new Set<string>([columns.chosen, columns.rejected]);
  const chosenPath = pathOf('$', columns.chosen);
  const chosen = columns.chosen === columns.prompt ? turnsOf(own(row, columns.chosen), chosenPath, context)?.messages ?? null : answerTurns(own(row, columns.chosen), chosenPath, context);
  let rejected = answerTurns(own(row, columns.rejected), pathOf('$', columns.rejected), context);
  const given = columns.prompt === columns.chosen ? [] : givenPrompt(row, columns.chosen, used, context);
  if (chosen === null || rejected === null || given === null) return null;
  if (columns.prompt === columns.chosen) rejected = [...chosen.slice(0, -1), ...rejected];

  const split = splitPrompt(given, chosen, rejected);
  if (split === null) {
    context.report(rowIssue('pair_prompt_differs', 'The two conversations do not begin alike.', { path: chosenPath }));
    return null;
  }
  addSystem(split.messages, row, used, context);
  const tools = rowTools(row, split.messages, used, context) ?? inputTools(row, context);
  checkContext(split.messages, split.fromPrompt ? '$' : chosenPath, context);
  checkAnswers(split.chosen, split.rejected, chosenPath, pathOf('$', columns.rejected), context);
  if (context.isRefused) return null;
  const { messages } = split;
  // UltraFeedback repeats the chosen conversation under messages.
  if (sameJson(row['messages'], row[columns.chosen])) used.add('messages');
  return withExtras({ kind: 'preference', messages, chosen: split.chosen, rejected: split.rejected, ...(tools === undefined ? {} : { tools }) }, row, used, context);
}

interface AnswerColumns {
  chosen: string;
  rejected: string;
  /** The column that holds the prompt too: messages beside rejected_response. */
  prompt: string | null;
}

/** The columns of the two answers, or null when this is no preference. */
export function answerColumns(row: JsonObject): AnswerColumns | null {
  for (const [chosen, rejected] of preferenceColumns) {
    if (Object.hasOwn(row, chosen) && Object.hasOwn(row, rejected)) return { chosen, rejected, prompt: null };
  }
  if (Object.hasOwn(row, 'rejected_response') && isTurnList(row['messages'])) {
    return { chosen: 'messages', rejected: 'rejected_response', prompt: 'messages' };
  }
  return null;
}

/** The prompt columns of a row with answers elsewhere; empty where the answers carry the prompt themselves. */
export function givenPrompt(row: JsonObject, chosenKey: string, used: Set<string>, context: RowContext): Message[] | null {
  for (const key of ['prompt', 'question', 'query', 'input'] as const) {
    const value = own(row, key);
    if (value === undefined || value === null || used.has(key) || (key === 'input' && Object.hasOwn(row, 'instruction'))) continue;
    used.add(key);
    return withHistory(row, promptTurns(value, pathOf('$', key), context), used, context);
  }
  if (Object.hasOwn(row, 'instruction')) {
    const alpaca = alpacaPrompt(row, context);
    for (const key of alpaca.used) used.add(key);
    return withHistory(row, promptTurns(alpaca.prompt, '$.instruction', context), used, context);
  }
  const key = conversationColumns.find((name) => isTurnList(row[name]));
  if (key === undefined) return [];
  used.add(key);
  if (sameJson(row[key], row[chosenKey])) return [];
  return turnsOf(own(row, key), pathOf('$', key), context)?.messages ?? null;
}

/** OpenAI's preference shape keeps the tools beside the messages of its input. */
function inputTools(row: JsonObject, context: RowContext): ToolDefinition[] | undefined {
  const input = own(row, 'input');
  if (!isObject(input)) return undefined;
  for (const key of Object.keys(input)) {
    if (key !== 'messages' && key !== 'tools') context.reportOnce('message_fields', `input.${key}`, `The field ${quoted(key)} of input is not kept.`, pathOf('$.input', key));
  }
  return toolsOf(own(input, 'tools'), '$.input.tools', context);
}

function withHistory(row: JsonObject, prompt: Message[] | null, used: Set<string>, context: RowContext): Message[] | null {
  const history = historyTurns(own(row, 'history'), context);
  if (Object.hasOwn(row, 'history')) used.add('history');
  return prompt === null || history === null ? null : [...history, ...prompt];
}

interface Split {
  messages: Message[];
  chosen: Message[];
  rejected: Message[];
  fromPrompt: boolean;
}

/** Takes the shared beginning of two conversations out; null where they share none. */
function splitPrompt(given: Message[], chosen: Message[], rejected: Message[]): Split | null {
  if (isAnswer(chosen) && isAnswer(rejected)) return { messages: given, chosen, rejected, fromPrompt: true };
  const most = Math.min(chosen.length, rejected.length) - 1;
  let shared = 0;
  while (shared < most && sameTurn(chosen[shared], rejected[shared])) shared += 1;
  // A prompt ends before an answer, so an assistant turn at its end belongs to the answers.
  while (shared > 0 && chosen[shared - 1]?.role === 'assistant') shared -= 1;
  if (shared === 0) return null;
  const messages = chosen.slice(0, shared);
  const isNew = !plainTurns(messages).includes(plainTurns(given.slice(-1)));
  return { messages: isNew ? [...given, ...messages] : messages, chosen: chosen.slice(shared), rejected: rejected.slice(shared), fromPrompt: false };
}

function isAnswer(turns: readonly Message[]): boolean {
  return turns[0]?.role === 'assistant' || turns[0]?.role === 'tool';
}

function checkAnswers(chosen: readonly Message[], rejected: readonly Message[], chosenPath: string, rejectedPath: string, context: RowContext): void {
  for (const [turns, path] of [[chosen, chosenPath], [rejected, rejectedPath]] as const) {
    const answers = turns.filter((turn) => turn.role === 'assistant');
    if (!answers.some((turn) => hasInk(plainContent(turn.content)) || (turn.tool_calls?.length ?? 0) > 0)) {
      context.report(rowIssue('answer_empty', 'This side has no answer.', { path }));
    }
  }
  if (!context.isRefused && chosen.length === rejected.length && chosen.every((turn, index) => sameTurn(turn, rejected[index]))) {
    context.report(rowIssue('pair_equal', 'The chosen and the rejected answer are the same.', { path: chosenPath }));
  }
}

/** Turns are the same when nothing but white space around them differs. */
function sameTurn(left: Message | undefined, right: Message | undefined): boolean {
  return left !== undefined && right !== undefined && left.role === right.role
    && plainContent(left.content).trim() === plainContent(right.content).trim()
    && JSON.stringify(left.tool_calls) === JSON.stringify(right.tool_calls);
}

function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  return left !== undefined && JSON.stringify(left) === JSON.stringify(right);
}
