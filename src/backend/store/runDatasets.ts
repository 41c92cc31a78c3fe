import { datasetFormatSchema, type DatasetFormat } from '../../protocol/datasets.ts';
import { datasetIdSchema, type DatasetId } from '../../protocol/ids.ts';
import type { Store } from './db.ts';
import { openSqlite } from './sqlite.ts';

/** A version of a dataset as a run needs it. `path` is its folder. */
export interface TrainingData {
  id: DatasetId;
  name: string;
  version: number;
  format: DatasetFormat;
  rows: number;
  train: number;
  validation: number;
  tokens: number;
  sha256: string;
  path: string;
}

/** A dataset by id or name, its newest version unless one is named; removed ones are not found. */
export function readTrainingData(store: Store, idOrName: string, version: number | null): TrainingData | null {
  const row = store.db
    .prepare<[string, string, number | null], Omit<TrainingData, 'id' | 'format'> & { id: string; format: string }>(
      `SELECT d.id AS id, d.name AS name, v.version AS version, v.format AS format, v.rows AS rows, v.train AS train,
         v.validation AS validation, v.tokens AS tokens, v.sha256 AS sha256, v.path AS path
       FROM datasets d JOIN dataset_versions v ON v.dataset_id = d.id
       WHERE (d.id = ? OR d.name = ?) AND d.removed_at IS NULL AND v.version = coalesce(CAST(? AS INTEGER), d.version)`,
    )
    .get(idOrName, idOrName, version);
  if (row === undefined) return null;
  return { ...row, id: datasetIdSchema.parse(row.id), format: datasetFormatSchema.parse(row.format) };
}

export function datasetNames(store: Store): string[] {
  return store.db.prepare<[], { name: string }>('SELECT name FROM datasets WHERE removed_at IS NULL ORDER BY name').all().map((row) => row.name);
}

export interface TokenTotals {
  rows: number;
  tokens: number;
  /** Rows estimated to be longer than the limit. */
  overlong: number;
  longest: number;
}

/** Estimated tokens of the training split; a longer row counts as nothing, or as the limit where it is cut. */
export function trainTokens(indexFile: string, maxLength: number, overlong: 'drop' | 'truncate'): TokenTotals {
  const db = openSqlite(indexFile, { readonly: true });
  try {
    const row = db
      .prepare<[number, number, number, number], TokenTotals>(
        `SELECT count(*) AS rows, coalesce(max(tokens), 0) AS longest,
           coalesce(sum(CASE WHEN tokens <= CAST(? AS INTEGER) THEN tokens ELSE CAST(? AS INTEGER) END), 0) AS tokens,
           coalesce(sum(tokens > CAST(? AS INTEGER)), 0) AS overlong
         FROM rows WHERE split = CAST(? AS INTEGER)`,
      )
      .get(maxLength, overlong === 'truncate' ? maxLength : 0, maxLength, 0);
    return row ?? { rows: 0, tokens: 0, overlong: 0, longest: 0 };
  } finally {
    db.close();
  }
}
