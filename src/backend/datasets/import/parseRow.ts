import type { DatasetRow } from '../../../protocol/datasets.ts';

/** Reads a line of our own `rows.jsonl`: it was checked when it was written, and is not checked again. */
export const parseRow: (line: string) => DatasetRow = JSON.parse;
