import path from 'node:path';
import { datasetRowSchema, type DatasetRow, type Message, type Split, type ToolDefinition } from '../../../protocol/datasets.ts';
import { indexFile, rowsFile } from '../../datasets/splitFile.ts';
import { readRange } from '../../platform/files.ts';
import { DatasetIndex } from '../../store/datasetIndex.ts';
import type { RowPlace } from './evaluateCommand.ts';

export interface SplitRows {
  rowsPath: string;
  places: RowPlace[];
}

/** Places of a split's rows, in order. */
export function splitRows(versionPath: string, split: Split): SplitRows {
  const index = new DatasetIndex(path.join(versionPath, indexFile));
  try {
    const places: RowPlace[] = [];
    for (const { row, offset, length } of index.rows({ split })) places.push({ row, offset, length });
    return { rowsPath: path.join(versionPath, rowsFile), places };
  } finally {
    index.close();
  }
}

/** Up to `count` of the items, spread evenly over them: the same ones for the same items. */
export function spread<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, index) => items[Math.floor(((index + 0.5) * items.length) / count)]).filter((item) => item !== undefined);
}

export function readRow(rowsPath: string, place: RowPlace): DatasetRow {
  return datasetRowSchema.parse(JSON.parse(readRange(rowsPath, place.offset, place.length).toString('utf8')));
}

/** A row cut before its last answer, as the trainer's `evaluate` cuts it. */
export interface TestCase {
  messages: Message[];
  tools: ToolDefinition[];
  expected: string;
  /** `meta.regex` of the row, for the regex grader. */
  pattern: string | null;
}

/** Null for rows that ask nothing: plain text, or no answer of text. */
export function testCase(row: DatasetRow): TestCase | null {
  const cut = cutBeforeAnswer(row);
  if (cut === null || cut.messages.length === 0) return null;
  const expected = textOf(cut.answer);
  if (expected === '') return null;
  const pattern = row.meta?.['regex'];
  return { messages: cut.messages, tools: row.tools ?? [], expected, pattern: typeof pattern === 'string' ? pattern : null };
}

function cutBeforeAnswer(row: DatasetRow): { messages: Message[]; answer: Message } | null {
  if (row.kind === 'chat') {
    const at = row.messages.findLastIndex((message) => message.role === 'assistant' && (message.weight ?? 1) > 0);
    const answer = row.messages[at];
    return answer === undefined ? null : { messages: row.messages.slice(0, at), answer };
  }
  if (row.kind === 'preference') {
    const answer = row.chosen.at(-1);
    return answer === undefined ? null : { messages: row.messages, answer };
  }
  return null;
}

function textOf(message: Message): string {
  if (message.content === null) return '';
  if (typeof message.content === 'string') return message.content;
  return message.content.map((part) => (part.type === 'text' && typeof part['text'] === 'string' ? part['text'] : '')).join('');
}
