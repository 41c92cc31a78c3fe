import type { DatasetFormat, DatasetRow } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import { bareChatRow, chatRow, isCallPair, isTranscript } from './chatRow.ts';
import { conversationColumns, isTurnList, labelColumns, pairColumns, turnStyle } from './columns.ts';
import { kindOf, type RowContext } from './context.ts';
import { rowIssue } from './issues.ts';
import { isObject, type JsonObject } from './json.ts';
import { ktoRow, labelOf } from './ktoRow.ts';
import { isStructured } from './answers.ts';
import { alpacaAnswers, alpacaRow, pairRow } from './pairRow.ts';
import { answerColumns, preferenceRow } from './preferenceRow.ts';
import { roleOf } from './roles.ts';
import { textColumns, textRow } from './textRow.ts';
import { parsedText } from './tools.ts';

/** What formats have in common when it comes to reading: one shape, one converter. */
export type Shape = 'chat' | 'alpaca' | 'pair' | 'text' | 'preference' | 'kto';

/** True when a row has the columns of a shape, by whole names. */
export function hasShape(shape: Shape, row: Json): boolean {
  if (Array.isArray(row)) return shape === 'chat' && isTurnList(row);
  if (typeof row === 'string') return shape === 'text';
  return isObject(row) && shapeTests[shape](row);
}

export function convertShape(shape: Shape, row: Json, context: RowContext): DatasetRow | null {
  if (shape === 'text') return textRow(row, context);
  if (Array.isArray(row) && shape === 'chat') return bareChatRow(row, context);
  if (!isObject(row)) {
    context.report(rowIssue('row_not_object', `This row is ${kindOf(row)}, not an object.`, { path: '$' }));
    return null;
  }
  return shapeConverters[shape](row, context);
}

/** The shape that a format is read with; `none` has no shape. */
export const shapeOfFormat: Record<Exclude<DatasetFormat, 'none'>, Shape> = {
  openai_chat: 'chat',
  openai_chat_tools: 'chat',
  sharegpt: 'chat',
  sharegpt_tools: 'chat',
  alpaca: 'alpaca',
  prompt_completion: 'pair',
  text: 'text',
  preference_strings: 'preference',
  preference_messages: 'preference',
  kto: 'kto',
};

/**
 * How well each format explains a row: more columns explained, more points. Columns that belong together count
 * together, so that a preference with a prompt is never taken for a prompt with extras.
 */
export function scoreFormats(row: Json): Map<DatasetFormat, number> {
  const scores = new Map<DatasetFormat, number>();
  if (Array.isArray(row)) {
    if (isTurnList(row)) scores.set(chatFormat(row, {}), 3);
    return scores;
  }
  if (typeof row === 'string') return scores.set('text', 1);
  if (!isObject(row) || isTreeNode(row)) return scores;
  if (hasShape('preference', row)) return scores.set(preferenceFormat(row), 5);
  for (const key of conversationColumns) {
    const value = row[key];
    if (isTurnList(value)) scores.set(chatFormat(parsedText(value), row), 3);
  }
  if (isCallPair(row)) return scores.set('openai_chat_tools', 4);
  if (isTranscript(row)) scores.set('openai_chat_tools', 3);
  if (hasShape('alpaca', row)) scores.set('alpaca', 3);
  if (hasShape('pair', row)) scores.set('prompt_completion', 3);
  if (hasShape('kto', row) && labelColumns.some((key) => labelOf(row[key]) !== null)) scores.set('kto', ktoScore(row, scores));
  if (scores.size === 0 && hasShape('text', row)) scores.set('text', 1);
  return scores;
}

/**
 * A true or false beside a prompt and an answer settles it, even where a few rows lack it; other verdicts may be a class
 * to learn. Beside a conversation a label may be anything, unless it is named after KTO.
 */
function ktoScore(row: JsonObject, scores: ReadonlyMap<DatasetFormat, number>): number {
  if (row['kto_tag'] !== undefined || row['kto_label'] !== undefined) return 6;
  if (!scores.has('prompt_completion') && !scores.has('alpaca')) return 3;
  return typeof row['label'] === 'boolean' ? 6 : 4;
}

/** A single message of a tree that is spread over rows: no row is a document. */
export function isTreeNode(row: JsonObject): boolean {
  return Object.hasOwn(row, 'parent_id') && Object.hasOwn(row, 'role') && typeof row['text'] === 'string';
}

function chatFormat(turns: Json | undefined, row: JsonObject): DatasetFormat {
  const list = Array.isArray(turns) ? turns.filter((turn) => isObject(turn)) : [];
  const isShareGpt = list.some((turn) => turnStyle(turn) === 'sharegpt');
  const withTools = hasTools(row) || list.some(usesTools);
  if (isShareGpt) return withTools ? 'sharegpt_tools' : 'sharegpt';
  return withTools ? 'openai_chat_tools' : 'openai_chat';
}

function hasTools(row: JsonObject): boolean {
  return ['tools', 'functions', 'tools_json'].some((key) => {
    const value = parsedText(row[key]);
    return Array.isArray(value) && value.length > 0;
  });
}

function usesTools(turn: JsonObject): boolean {
  if (['tool_calls', 'function_call', 'tools', 'functions'].some((key) => turn[key] !== undefined && turn[key] !== null)) return true;
  const name = turn['role'] ?? turn['from'];
  const role = typeof name === 'string' ? roleOf(name) : null;
  return role === 'tool' || role === 'call';
}

function preferenceFormat(row: JsonObject): DatasetFormat {
  const columns = answerColumns(row);
  return columns !== null && (isStructured(row[columns.chosen]) || isStructured(row[columns.rejected])) ? 'preference_messages' : 'preference_strings';
}

const shapeTests: Record<Shape, (row: JsonObject) => boolean> = {
  chat: (row) => conversationColumns.some((key) => isTurnList(row[key])) || isCallPair(row) || isTranscript(row),
  alpaca: (row) => Object.hasOwn(row, 'instruction') && alpacaAnswers.some((key) => Object.hasOwn(row, key)),
  pair: (row) => pairColumns.some(([prompt, answer]) =>
    Object.hasOwn(row, prompt) && Object.hasOwn(row, answer) && !(prompt === 'input' && Object.hasOwn(row, 'instruction'))),
  text: (row) => textColumns.some((key) => typeof row[key] === 'string') && !isTreeNode(row),
  preference: (row) => answerColumns(row) !== null,
  kto: (row) => labelColumns.some((key) => Object.hasOwn(row, key))
    && (shapeTests.pair(row) || shapeTests.alpaca(row) || conversationColumns.some((key) => isTurnList(row[key]))),
};

const shapeConverters: Record<Exclude<Shape, 'text'>, (row: JsonObject, context: RowContext) => DatasetRow | null> = {
  chat: chatRow,
  alpaca: alpacaRow,
  pair: pairRow,
  preference: preferenceRow,
  kto: ktoRow,
};
