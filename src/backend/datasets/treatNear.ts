import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { copyRows, findNearDuplicates, nearUnasked } from './import/nearDuplicates.ts';
import { RowColumns } from './import/rowColumns.ts';
import { RowsWriter } from './import/rowsWriter.ts';
import type { PrepareContext } from './prepareContext.ts';
import type { PrepareOptions } from './prepareOptions.ts';
import { indexFile, rowsFile } from './splitFile.ts';

export interface Near {
  isChecked: boolean;
  /** Rows that are near copies of an earlier one. */
  count: number;
  pairs: number[];
  columns: RowColumns;
  writer: RowsWriter;
}

/**
 * Looks for near duplicates where they are asked for or cheap. With `--dedupe near` the rows that stay are written
 * again into `folder`, by a writer of their own.
 */
export async function treatNear(init: { options: PrepareOptions; context: PrepareContext; columns: RowColumns; writer: RowsWriter; folder: string }): Promise<Near> {
  const { options, context, columns, writer, folder } = init;
  const isRemoving = options.dedupe === 'near';
  if (!isRemoving && (options.dedupe === 'off' || columns.count > nearUnasked)) return { isChecked: false, count: 0, pairs: [], columns, writer };
  await writer.flush();
  const pairs = await findNearDuplicates({ columns, writer, isRemoving, signal: context.signal });
  const copies = new Set(pairs.filter((_, index) => index % 2 === 1));
  if (!isRemoving || copies.size === 0) return { isChecked: true, count: copies.size, pairs, columns, writer };
  mkdirSync(folder);
  const kept = { columns: new RowColumns(), writer: new RowsWriter({ rowsPath: path.join(folder, rowsFile), indexPath: path.join(folder, indexFile) }) };
  try {
    await copyRows({ columns, writer }, kept, copies);
  } catch (error) {
    await kept.writer.abandon();
    throw error;
  }
  return { isChecked: true, count: copies.size, pairs: [], ...kept };
}
