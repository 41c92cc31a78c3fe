import type { TextRow } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import { overlongCharacters } from './checkTurns.ts';
import { kindOf, type RowContext } from './context.ts';
import { rowIssue } from './issues.ts';
import { hasInk, isObject, pathOf } from './json.ts';
import { withExtras } from './meta.ts';

/** Running text, trained from its first token to its last. The row is an object, or the text itself. */
export function textRow(row: Json, context: RowContext): TextRow | null {
  const key = isObject(row) ? (textColumns.find((name) => typeof row[name] === 'string') ?? textColumns[0]) : null;
  const path = key === null ? '$' : pathOf('$', key);
  const text = isObject(row) && key !== null ? row[key] : row;
  if (typeof text !== 'string') {
    context.report(rowIssue('row_shape', `The text is ${kindOf(text)}.`, { path }));
    return null;
  }
  if (!hasInk(text)) {
    context.report(rowIssue('text_empty', 'The text is empty.', { path }));
    return null;
  }
  if (text.length > overlongCharacters) context.report(rowIssue('content_overlong', `This text has ${String(text.length)} characters.`, { path }));
  const result: TextRow = { kind: 'text', text };
  return isObject(row) && key !== null ? withExtras(result, row, new Set([key]), context) : result;
}

export const textColumns = ['text', 'content', 'document', 'raw_content'] as const;
