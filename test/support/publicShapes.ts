import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DatasetFormat, DatasetRow } from '../../src/protocol/datasets.ts';

/** What is expected of a small file in the shape of a published dataset (test/fixtures/datasets). */
export interface PublicShape {
  file: string;
  format: DatasetFormat;
  kind: DatasetRow['kind'];
  rows: number;
  kept: number;
  /** Codes that must come up, with how often. Others may. */
  codes: Record<string, number>;
  /** A text that must stand in the first kept row. */
  first: string;
}

const shape = (file: string, format: DatasetFormat, kind: DatasetRow['kind'], counts: [number, number], codes: Record<string, number>, first: string): PublicShape =>
  ({ file, format, kind, rows: counts[0], kept: counts[1], codes, first });

/** Shapes after Alpaca, Dolly, Vicuna's ShareGPT, UltraChat and so on: the rows are our own, the columns theirs. */
export const publicShapes: readonly PublicShape[] = [
  shape('alpaca.json', 'alpaca', 'chat', [4, 3], { answer_empty: 1, columns_kept: 1 }, 'The nightingale'),
  shape('capybara.jsonl', 'openai_chat', 'chat', [2, 2], { columns_kept: 1 }, 'Moby-Dick'),
  shape('dolly.jsonl', 'alpaca', 'chat', [3, 3], { columns_kept: 1 }, 'over the Lune opened'),
  shape('faq.csv', 'prompt_completion', 'chat', [3, 2], { answer_empty: 1, column_index: 1, columns_kept: 1 }, '00042'),
  shape('flan.jsonl', 'prompt_completion', 'chat', [2, 2], { columns_kept: 3 }, 'likely, but not certain'),
  shape('glaive-function-calling.jsonl', 'openai_chat_tools', 'chat', [2, 2], {}, '"tool_calls":[{"type":"function","function":{"name":"get_exchange_rate","arguments":{"base":"USD","target":"EUR"}}}]'),
  shape('glm-tools.jsonl', 'openai_chat_tools', 'chat', [1, 1], { tool_calls_as_text: 1 }, '"tools":[{"type":"function","function":{"name":"get_recommended_books"'),
  shape('gsm8k.parquet', 'prompt_completion', 'chat', [3, 2], { answer_empty: 1 }, '#### 72'),
  shape('helpsteer.jsonl', 'prompt_completion', 'chat', [2, 2], { columns_kept: 5 }, '"helpfulness":3'),
  shape('hermes-function-calling.jsonl', 'sharegpt_tools', 'chat', [1, 1], { tools_in_system: 1, tool_calls_as_text: 1 }, '<tool_call>'),
  shape('hh-rlhf.jsonl', 'preference_strings', 'preference', [3, 2], { pair_equal: 1 }, '{"role":"user","content":"Yes, a small one."}'),
  shape('kto-mix.jsonl', 'kto', 'kto', [3, 2], { label_invalid: 1 }, '"label":true'),
  shape('openai-preference.jsonl', 'preference_messages', 'preference', [2, 2], { message_fields: 1 }, 'a forecast site'),
  shape('openai-tools.jsonl', 'openai_chat_tools', 'chat', [3, 2], { tool_arguments_invalid: 1 }, '"arguments":{"location":"San Francisco, USA"}'),
  shape('openhermes.jsonl', 'sharegpt', 'chat', [2, 2], { columns_kept: 3 }, '"weight":1'),
  shape('openorca.jsonl', 'prompt_completion', 'chat', [2, 2], {}, 'niv.242684'),
  shape('orca-dpo-pairs.jsonl', 'preference_strings', 'preference', [3, 2], { prompt_empty: 1 }, '"role":"system"'),
  shape('sharegpt-vicuna.json', 'sharegpt', 'chat', [4, 3], { messages_empty: 1, role_order: 1 }, 'Make it sadder.'),
  shape('smoltalk.parquet', 'openai_chat', 'chat', [2, 2], { columns_kept: 1 }, 'smol-magpie'),
  shape('tinystories.jsonl', 'text', 'text', [3, 2], { text_empty: 1 }, 'named Lily'),
  shape('toolace.jsonl', 'sharegpt_tools', 'chat', [2, 2], { tool_calls_as_text: 1 }, '[Market Trends API('),
  shape('ultrachat.jsonl', 'openai_chat', 'chat', [3, 2], { answer_empty: 1, columns_kept: 2 }, 'a draught dries'),
  shape('ultrafeedback.jsonl', 'preference_messages', 'preference', [3, 3], { columns_kept: 3 }, '"score_chosen":8.5'),
  shape('wildchat.jsonl', 'openai_chat', 'chat', [3, 2], { assistant_missing: 1, message_fields: 3 }, 'Maria bakes'),
  shape('xlam.jsonl', 'openai_chat_tools', 'chat', [3, 2], { answer_empty: 1 }, '"arguments":{"type":"beta"}'),
];

/** Files in which no row is a document: nothing is imported, and the message says why. */
export const shapesWithoutFormat: readonly { file: string; says: string }[] = [
  { file: 'glue-sst2.jsonl', says: '"sentence"' },
  { file: 'oasst.jsonl', says: 'parent_id' },
];

export function shapePath(file: string): string {
  return path.join(import.meta.dirname, '..', 'fixtures', 'datasets', file);
}

/** The rows of a fixture that is JSON, as texts: one per line, or the elements of a list. */
export function shapeTexts(file: string): string[] {
  const text = readFileSync(shapePath(file), 'utf8');
  if (!file.endsWith('.json')) return text.split('\n').filter((line) => line !== '');
  const rows: unknown = JSON.parse(text);
  return Array.isArray(rows) ? rows.map((row) => JSON.stringify(row)) : [];
}
