import type { DatasetFormat, DatasetRow } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import { makeRowContext, type RowContext } from './context.ts';
import { rowIssue, type Report } from './issues.ts';
import { isObject, setOwn } from './json.ts';
import { mapRow, type Mapping } from './mapping.ts';
import { isPlainChat, markChat } from './plainChat.ts';
import { convertShape, hasShape, scoreFormats, shapeOfFormat, type Shape } from './shapes.ts';

/**
 * Turns a parsed row into the normal form; null means left out, with an error reported.
 *
 * When the result is the very object that was passed in, nothing was changed but `kind` added: a reader may then copy
 * the line's bytes (with `"kind":"chat",` after the brace) instead of writing it again, as long as no issue was
 * reported for the line.
 */
export type Converter = (value: Json, report: Report) => DatasetRow | null;

/** One converter per file: its context reports facts about a column once and not for every row. */
export function makeConverter(format: DatasetFormat, mapping: Mapping, context: RowContext = makeRowContext()): Converter {
  if (format === 'none') {
    return (_value, report) => {
      report(rowIssue('format_none', 'No known format fits this row.', { path: '$' }));
      return null;
    };
  }
  const shape = shapeOfFormat[format];
  if (mapping.size > 0) {
    return (value, report) => {
      context.begin(report);
      return convertMapped(value, format, shape, mapping, context);
    };
  }
  return (value, report) => {
    if (shape === 'chat' && isPlainChat(value)) {
      markChat(value);
      return value;
    }
    context.begin(report);
    return convertRow(value, format, shape, context);
  };
}

function convertMapped(value: Json, format: DatasetFormat, shape: Shape, mapping: Mapping, context: RowContext): DatasetRow | null {
  const mapped = mapRow(value, mapping, context);
  if (mapped === null) return null;
  const row = convertRow(mapped.row, format, shape, context);
  if (row === null || Object.keys(mapped.displaced).length === 0) return row;
  const meta = row.meta ?? {};
  for (const [key, inner] of Object.entries(mapped.displaced)) {
    setOwn(meta, key, inner);
    context.reportOnce('columns_kept', key, `The column ${JSON.stringify(key.slice(0, 60))} gave way to --map.`, '$');
  }
  row.meta = meta;
  return row;
}

function convertRow(value: Json, format: DatasetFormat, shape: Shape, context: RowContext): DatasetRow | null {
  if (hasShape(shape, value)) return convertShape(shape, value, context);
  if (isObject(value) && Object.keys(value).length === 0) {
    context.report(rowIssue('row_empty', 'This row has no columns.', { path: '$' }));
    return null;
  }
  const other = otherFormat(value);
  if (other === null || other === 'none') return convertShape(shape, value, context);
  const otherShape = shapeOfFormat[other];
  if (family[otherShape] !== family[shape]) {
    context.report(rowIssue('row_shape', `This row is ${other}, and the file is ${format}: the two cannot stand in one dataset.`, { path: '$' }));
    return null;
  }
  context.report(rowIssue('format_mixed', `This row is ${other}, and the file is ${format}; it was converted.`, { path: '$' }));
  return convertShape(otherShape, value, context);
}

/** The one format that explains a row best, or null when none or several do. */
function otherFormat(value: Json): DatasetFormat | null {
  const [first, second] = [...scoreFormats(value)].sort((left, right) => right[1] - left[1]);
  if (first === undefined || (second !== undefined && second[1] === first[1])) return null;
  return first[0];
}

/** Shapes that become the same kind of row: these can stand in one dataset. */
const family: Record<Shape, 'chat' | 'text' | 'preference' | 'kto'> = {
  chat: 'chat',
  alpaca: 'chat',
  pair: 'chat',
  text: 'text',
  preference: 'preference',
  kto: 'kto',
};
