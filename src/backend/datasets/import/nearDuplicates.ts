import type { DatasetRow, Message } from '../../../protocol/datasets.ts';
import { NearIndex } from './nearIndex.ts';
import { turnText } from './normalRow.ts';
import { parseRow } from './parseRow.ts';
import type { RowColumns } from './rowColumns.ts';
import type { RowsWriter } from './rowsWriter.ts';

/** Two rows are near duplicates from this Jaccard similarity of their 5-word shingles on. */
export const nearThreshold = 0.8;
/** Up to here near duplicates are looked for unasked. */
export const nearUnasked = 200_000;

const holdMs = 20;

/** Near duplicates among the rows written: flat pairs (earlier row, later row). */
export async function findNearDuplicates(init: {
  columns: RowColumns;
  writer: RowsWriter;
  isRemoving: boolean;
  signal: AbortSignal;
}): Promise<number[]> {
  const { columns, writer } = init;
  const pairs: number[] = [];
  const index = new NearIndex({
    documents: columns.count,
    threshold: nearThreshold,
    isIndexingCopies: !init.isRemoving,
    onPair: (earlier, later) => pairs.push(earlier, later),
  });
  let since = performance.now();
  for (let row = 0; row < columns.count; row++) {
    index.add(nearTexts(readRow(columns, writer, row)));
    if (performance.now() - since > holdMs) {
      await new Promise((resolve) => setImmediate(resolve));
      init.signal.throwIfAborted();
      since = performance.now();
    }
  }
  return pairs;
}

/** Writes all rows but those in `removed` again, in order. The columns' places are set anew. */
export async function copyRows(from: { columns: RowColumns; writer: RowsWriter }, to: { columns: RowColumns; writer: RowsWriter }, removed: ReadonlySet<number>): Promise<void> {
  const nothing = Buffer.alloc(0);
  for (let row = 0; row < from.columns.count; row++) {
    if (row % 1000 === 0) await to.writer.settle();
    if (removed.has(row)) continue;
    const { block, at } = from.columns.locate(row);
    const offset = to.writer.offset;
    const bytes = from.writer.read(block.offset[at] ?? 0, block.length[at] ?? 0);
    const length = to.writer.appendBytes(nothing, bytes, 0, bytes.length);
    const full = to.columns.add({
      file: block.file[at] ?? 0,
      line: block.line[at] ?? 0,
      hashLow: block.hash[2 * at] ?? 0,
      hashHigh: block.hash[2 * at + 1] ?? 0,
      promptLow: block.prompt[2 * at] ?? 0,
      promptHigh: block.prompt[2 * at + 1] ?? 0,
      keyLow: block.key[2 * at] ?? 0,
      keyHigh: block.key[2 * at + 1] ?? 0,
      offset,
      length,
      quality: block.quality[at] ?? 0,
      tokens: block.tokens[at] ?? 0,
      turns: block.turns[at] ?? 0,
      split: block.split[at] ?? 0,
    });
    if (full !== undefined) to.writer.addBlock(full);
  }
  const rest = to.columns.rest();
  if (rest !== undefined) to.writer.addBlock(rest);
}

function readRow(columns: RowColumns, writer: RowsWriter, row: number): DatasetRow {
  const { block, at } = columns.locate(row);
  return parseRow(writer.read(block.offset[at] ?? 0, block.length[at] ?? 0).toString('utf8'));
}

/** Prompt and answer together: answers alone are often short and equal. A pair's rejected answer does not count. */
export function nearTexts(row: DatasetRow): string[] {
  switch (row.kind) {
    case 'text':
      return [row.text];
    case 'chat':
      return turns(row.messages);
    case 'preference':
      return [...turns(row.messages), ...turns(row.chosen)];
    case 'kto':
      return [...turns(row.messages), ...turns(row.completion)];
  }
}

/** The system turn is often the same in every row and long: it would make all rows alike. */
function turns(messages: readonly Message[]): string[] {
  return messages.filter((message) => message.role !== 'system' && message.role !== 'developer').map(turnText);
}
