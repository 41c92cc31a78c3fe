import type { ChatRow, Message } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import { answerTurns, promptTurns } from './answers.ts';
import { finishChat } from './chatRow.ts';
import { pairColumns } from './columns.ts';
import { textOf } from './content.ts';
import { kindOf, type RowContext } from './context.ts';
import { rowIssue } from './issues.ts';
import { hasInk, own, pathOf, type JsonObject } from './json.ts';

/** A prompt and its answer in two columns. */
export function pairRow(row: JsonObject, context: RowContext): ChatRow | null {
  const pair = pairColumns.find(([prompt, answer]) => Object.hasOwn(row, prompt) && Object.hasOwn(row, answer));
  if (pair === undefined) {
    context.report(rowIssue('row_shape', 'This row has no pair of columns such as prompt and completion.', { path: '$' }));
    return null;
  }
  const [promptKey, answerKey] = pair;
  return exchange(own(row, promptKey), promptKey, answerKey, row, new Set([promptKey, answerKey]), context);
}

/** Alpaca: an instruction, an input that follows it, an output, and earlier exchanges under `history`. */
export function alpacaRow(row: JsonObject, context: RowContext): ChatRow | null {
  const answerKey = alpacaAnswers.find((key) => Object.hasOwn(row, key));
  if (!Object.hasOwn(row, 'instruction') || answerKey === undefined) {
    context.report(rowIssue('row_shape', 'This row lacks instruction or output.', { path: '$' }));
    return null;
  }
  const { prompt, used } = alpacaPrompt(row, context);
  used.add(answerKey);
  return exchange(prompt, 'instruction', answerKey, row, used, context);
}

/** The instruction with its input below it, and the columns that went into it. */
export function alpacaPrompt(row: JsonObject, context: RowContext): { prompt: string; used: Set<string> } {
  const inputKey = alpacaInputs.find((key) => Object.hasOwn(row, key));
  const instruction = textOf(own(row, 'instruction'), '$.instruction', context) ?? '';
  const input = inputKey === undefined ? '' : (textOf(own(row, inputKey), pathOf('$', inputKey), context) ?? '');
  const used = new Set(['instruction']);
  if (inputKey !== undefined) used.add(inputKey);
  return { prompt: [instruction, input].filter(hasInk).join('\n\n'), used };
}

/** Earlier exchanges: pairs of texts, or turns. Null when the row is refused. */
export function historyTurns(value: Json | undefined, context: RowContext): Message[] | null {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    context.report(rowIssue('message_shape', `history is ${kindOf(value)}, not a list of pairs.`, { path: '$.history' }));
    return null;
  }
  const messages: Message[] = [];
  for (const [index, pair] of value.entries()) {
    const path = pathOf('$.history', index);
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string' || typeof pair[1] !== 'string') {
      context.report(rowIssue('message_shape', 'An exchange in history is not a pair of texts.', { path }));
      return null;
    }
    messages.push({ role: 'user', content: pair[0] }, { role: 'assistant', content: pair[1] });
  }
  return messages;
}

function exchange(prompt: Json | undefined, promptKey: string, answerKey: string, row: JsonObject, used: Set<string>, context: RowContext): ChatRow | null {
  const promptPath = pathOf('$', promptKey);
  if (prompt === undefined || prompt === null || (typeof prompt === 'string' && !hasInk(prompt))) {
    context.report(rowIssue('prompt_empty', `${promptKey} is empty.`, { path: promptPath }));
    return null;
  }
  const history = historyTurns(own(row, 'history'), context);
  if (Object.hasOwn(row, 'history')) used.add('history');
  const asked = promptTurns(prompt, promptPath, context);
  const answered = answerTurns(own(row, answerKey), pathOf('$', answerKey), context);
  if (history === null || asked === null || answered === null) return null;
  return finishChat({ messages: [...history, ...asked, ...answered], tools: undefined }, row, used, '$', context);
}

export const alpacaAnswers = ['output', 'response', 'completion'] as const;
const alpacaInputs = ['input', 'context'] as const;
