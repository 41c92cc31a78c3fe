import { z } from 'zod';
import type { IndexBlock } from '../../store/datasetIndex.ts';

/** Where the writer thread puts its two files. */
export const writerStartSchema = z.object({ rowsPath: z.string(), indexPath: z.string() });
export type WriterStart = z.infer<typeof writerStartSchema>;

/** To the writer thread. Bytes lie in shared memory, so that the importer can still read what is not yet written. */
export type ToWriter =
  | { kind: 'bytes'; slot: number; buffer: SharedArrayBuffer; lengthBytes: number }
  | { kind: 'rows'; block: IndexBlock }
  | { kind: 'splits'; pairs: Float64Array }
  | { kind: 'finish'; files: string[] }
  | { kind: 'abandon' };

export type FromWriter =
  | { kind: 'written'; slot: number }
  | { kind: 'indexed' }
  | { kind: 'done'; sha256: string; sizeBytes: number }
  | { kind: 'abandoned' }
  | { kind: 'failed'; code: string; message: string };
