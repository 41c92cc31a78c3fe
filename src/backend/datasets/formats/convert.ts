import type { DatasetFormat, DatasetRow } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import { rowIssue, type Report } from './issues.ts';
import { filledString, isObject } from './json.ts';
import type { Mapping } from './mapping.ts';

/**
 * Turns a parsed row into the normal form; null means left out, with an error reported.
 *
 * When the result is the very object that was passed in, nothing was changed but `kind` added: a reader may then copy
 * the line's bytes (with `"kind":"chat",` after the brace) instead of writing it again, as long as no issue was
 * reported for the line.
 */
export type Converter = (value: Json, report: Report) => DatasetRow | null;

/** One converter per file: facts about a column are reported once and not for every row. */
export function makeConverter(format: DatasetFormat, _mapping: Mapping): Converter {
  return (value, report) => {
    if (!isObject(value)) {
      report(rowIssue('row_not_object', 'This row is not a JSON object.', { path: '$' }));
      return null;
    }
    if (format === 'openai_chat' && Array.isArray(value.messages)) return Object.assign(value, { kind: 'chat' }) as unknown as DatasetRow;
    const prompt = filledString(value.prompt);
    const completion = filledString(value.completion);
    if (prompt !== null && completion !== null) {
      return { kind: 'chat', messages: [{ role: 'user', content: prompt }, { role: 'assistant', content: completion }] };
    }
    report(rowIssue('row_shape', 'This row lacks the columns of its format.', { path: '$' }));
    return null;
  };
}
