import path from 'node:path';
import type { Split } from '../../protocol/datasets.ts';
import type { DatasetId } from '../../protocol/ids.ts';
import { writeFileAtomically } from '../platform/files.ts';
import { DatasetIndex } from '../store/datasetIndex.ts';

/** File names within a dataset version's folder. */
export const rowsFile = 'rows.jsonl';
export const indexFile = 'index.db';
export const datasetFile = 'dataset.json';

/** Where a version lies in `.training/datasets`. */
export function versionFolder(datasets: string, id: DatasetId, version: number): string {
  return path.join(datasets, id, `v${String(version)}`);
}

/**
 * Writes a split as the trainer reads it: little-endian int64 triples (row, byte offset, byte length without the
 * newline) into `rows.jsonl`. Answers its rows and their estimated tokens.
 */
export function writeSplitFile(options: { versionPath: string; split: Split; target: string }): { rows: number; tokens: number } {
  const index = new DatasetIndex(path.join(options.versionPath, indexFile));
  try {
    const { triples, tokens } = index.places(options.split);
    const bytes = Buffer.alloc(triples.length * 8);
    triples.forEach((value, at) => bytes.writeBigInt64LE(value, at * 8));
    writeFileAtomically(options.target, bytes);
    return { rows: triples.length / 3, tokens };
  } finally {
    index.close();
  }
}
