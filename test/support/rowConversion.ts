import { makeConverter } from '../../src/backend/datasets/formats/convert.ts';
import type { RowIssue } from '../../src/backend/datasets/formats/issues.ts';
import { parseMapping } from '../../src/backend/datasets/formats/mapping.ts';
import { datasetRowSchema, type ChatRow, type DatasetFormat, type DatasetRow } from '../../src/protocol/datasets.ts';
import type { Json } from '../../src/protocol/json.ts';

/** Converts rows as one file; every kept row must match the schema of the normal form. */
export function converting(format: DatasetFormat, values: readonly Json[], map: readonly string[] = []) {
  const issues: RowIssue[] = [];
  const convert = makeConverter(format, parseMapping(map));
  const rows = values.map((value) => convert(value, (issue) => issues.push(issue)));
  for (const row of rows) if (row !== null) datasetRowSchema.parse(structuredClone(row));
  return { rows, issues, codes: issues.map((issue) => issue.code) };
}

export function convertOne(format: DatasetFormat, value: Json, map: readonly string[] = []) {
  const { rows, issues, codes } = converting(format, [value], map);
  return { row: rows[0] ?? null, issues, codes };
}

/** The row as a conversation; fails the test when it is none. */
export function chat(row: DatasetRow | null): ChatRow {
  if (row?.kind !== 'chat') throw new Error(`expected a chat row, got ${JSON.stringify(row)}`);
  return row;
}
