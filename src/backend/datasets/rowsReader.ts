import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import type { DatasetRow } from '../../protocol/datasets.ts';
import { failure } from '../../protocol/errors.ts';
import { DatasetIndex } from '../store/datasetIndex.ts';
import { parseRow } from './import/parseRow.ts';
import { indexFile, rowsFile } from './splitFile.ts';

/** Reads rows of a version by their place. Close it. */
export class RowsReader {
  readonly index: DatasetIndex;
  readonly #descriptor: number;

  constructor(versionPath: string) {
    try {
      this.#descriptor = openSync(path.join(versionPath, rowsFile), 'r');
    } catch (cause) {
      throw failure('dataset_missing', `The files of this dataset are not in ${versionPath}.`, { hint: 'Prepare it again, or bring the folder back.', cause });
    }
    this.index = new DatasetIndex(path.join(versionPath, indexFile));
  }

  bytes(row: { offset: number; length: number }): Buffer {
    const bytes = Buffer.allocUnsafe(row.length);
    for (let done = 0; done < row.length; ) {
      const count = readSync(this.#descriptor, bytes, done, row.length - done, row.offset + done);
      if (count === 0) throw failure('dataset_damaged', 'rows.jsonl is shorter than its index says.', { hint: 'Prepare the dataset again.' });
      done += count;
    }
    return bytes;
  }

  row(row: { offset: number; length: number }): DatasetRow {
    return parseRow(this.bytes(row).toString('utf8'));
  }

  close(): void {
    this.index.close();
    closeSync(this.#descriptor);
  }
}
