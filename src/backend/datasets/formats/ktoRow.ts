import type { KtoRow, Message } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import { answerTurns } from './answers.ts';
import { checkContext } from './checkTurns.ts';
import { addSystem, conversationColumns, isTurnList, labelColumns, pairColumns, rowTools } from './columns.ts';
import { plainContent } from './content.ts';
import { kindOf, type RowContext } from './context.ts';
import { rowIssue } from './issues.ts';
import { hasInk, own, pathOf, type JsonObject } from './json.ts';
import { turnsOf } from './messages.ts';
import { withExtras } from './meta.ts';
import { alpacaAnswers } from './pairRow.ts';
import { givenPrompt } from './preferenceRow.ts';

/** One answer to a prompt with a verdict: desirable or not. */
export function ktoRow(row: JsonObject, context: RowContext): KtoRow | null {
  const labelKey = labelColumns.find((key) => row[key] !== undefined && row[key] !== null);
  const label = labelKey === undefined ? null : labelOf(row[labelKey]);
  if (labelKey === undefined || label === null) {
    const found = labelKey === undefined ? 'missing' : kindOf(row[labelKey]);
    context.report(rowIssue('label_invalid', `The label is ${found === 'missing' ? found : `${found} that is neither good nor bad`}.`, { path: pathOf('$', labelKey ?? 'label') }));
    return null;
  }
  const used = new Set<string>([labelKey]);
  const parts = promptAndAnswer(row, used, context);
  if (parts === null) return null;
  addSystem(parts.messages, row, used, context);
  const tools = rowTools(row, parts.messages, used, context);
  checkContext(parts.messages, '$', context);
  if (!parts.completion.some((turn) => turn.role === 'assistant' && (hasInk(plainContent(turn.content)) || (turn.tool_calls?.length ?? 0) > 0))) {
    context.report(rowIssue('answer_empty', 'There is no answer.', { path: parts.path }));
  }
  if (context.isRefused) return null;
  return withExtras({ kind: 'kto', messages: parts.messages, completion: parts.completion, label, ...(tools === undefined ? {} : { tools }) }, row, used, context);
}

/** Reads a verdict; null when the value is none. */
export function labelOf(value: Json | undefined): boolean | null {
  if (typeof value === 'boolean') return value;
  if (value === 1) return true;
  if (value === 0) return false;
  if (typeof value !== 'string') return null;
  return labels.get(value.trim().toLowerCase()) ?? null;
}

function promptAndAnswer(row: JsonObject, used: Set<string>, context: RowContext): { messages: Message[]; completion: Message[]; path: string } | null {
  const answerKey = answerColumn(row);
  if (answerKey !== null) {
    used.add(answerKey);
    const path = pathOf('$', answerKey);
    const completion = answerTurns(own(row, answerKey), path, context);
    const messages = givenPrompt(row, answerKey, used, context);
    return completion === null || messages === null ? null : { messages, completion, path };
  }
  const key = conversationColumns.find((name) => isTurnList(row[name]));
  if (key === undefined) {
    context.report(rowIssue('row_shape', 'This row has no completion and no conversation.', { path: '$' }));
    return null;
  }
  used.add(key);
  const path = pathOf('$', key);
  const turns = turnsOf(own(row, key), path, context)?.messages;
  if (turns === undefined) return null;
  // The last assistant turns, with tool results between them, are what was judged.
  let start = turns.length;
  while (start > 0 && turns[start - 1]?.role !== 'user') start -= 1;
  return { messages: turns.slice(0, start), completion: turns.slice(start), path };
}

function answerColumn(row: JsonObject): string | null {
  const pair = pairColumns.find(([prompt, answer]) => Object.hasOwn(row, prompt) && Object.hasOwn(row, answer));
  if (Object.hasOwn(row, 'instruction')) return alpacaAnswers.find((key) => Object.hasOwn(row, key)) ?? pair?.[1] ?? null;
  return pair?.[1] ?? null;
}

const labels = new Map<string, boolean>([
  ...['true', '1', 'yes', 'good', 'positive', 'desirable', 'chosen', 'thumbs_up', 'up', '👍'].map((word): [string, boolean] => [word, true]),
  ...['false', '0', 'no', 'bad', 'negative', 'undesirable', 'rejected', 'thumbs_down', 'down', '👎'].map((word): [string, boolean] => [word, false]),
]);
