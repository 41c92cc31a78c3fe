import type { DatasetRow } from '../../../protocol/datasets.ts';
import { quoted, type RowContext } from './context.ts';
import { own, pathOf, setOwn, type JsonObject } from './json.ts';

/**
 * Adds what the format has no place for: `id`, and every other column as meta, each column reported once per file.
 * A column that is null says nothing and is left out.
 */
export function withExtras<Row extends DatasetRow>(row: Row, source: JsonObject, used: ReadonlySet<string>, context: RowContext): Row {
  const id = used.has('id') ? undefined : own(source, 'id');
  if (typeof id === 'string' || typeof id === 'number') row.id = String(id);
  let meta: JsonObject | undefined;
  for (const key of Object.keys(source)) {
    if (used.has(key) || (key === 'id' && row.id !== undefined)) continue;
    const value = source[key];
    if (value === undefined || value === null) continue;
    meta ??= {};
    setOwn(meta, key, value);
    noteColumn(key, context);
  }
  if (meta !== undefined) row.meta = meta;
  return row;
}

function noteColumn(key: string, context: RowContext): void {
  const path = pathOf('$', key);
  if (indexColumns.has(key.toLowerCase())) {
    context.reportOnce('column_index', key, `The column ${quoted(key)} looks like a row number.`, path);
  } else if (key === 'weight') {
    context.reportOnce('columns_kept', key, 'The column "weight" is not used; --map weight=weight makes it the weight of the row.', path);
  } else {
    context.reportOnce('columns_kept', key, `The column ${quoted(key)} is not part of the format.`, path);
  }
}

const indexColumns: ReadonlySet<string> = new Set(['', 'unnamed: 0', '__index_level_0__', 'index', 'idx', 'row', 'row_id', 'rowid', 'level_0']);
