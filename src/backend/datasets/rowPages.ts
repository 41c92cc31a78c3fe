import type { ListedRow, NumberRange, RowFilterRequest, RowPage } from '../../protocol/datasetPages.ts';
import type { DatasetRow } from '../../protocol/datasets.ts';
import type { Bound, IndexedRow, RowFilter } from '../store/datasetIndex.ts';
import type { DatasetVersion } from '../store/datasets.ts';
import { countOf, findRows, pageOf, type FindRun, type FoundRows } from './findRows.ts';
import { reasonsOf } from './formats/quality.ts';
import { makeRowScanner } from './formats/scanRow.ts';
import { rowsOfIssue } from './importReport.ts';
import { previewOf } from './preview.ts';
import { RowsReader } from './rowsReader.ts';
import { makeGiveWay } from './timeSlices.ts';
import { cacheKey, type VersionCache } from './versionCache.ts';

/** Rows longer than this are not read for a list. */
const longestReadBytes = 256 * 1024;

/** A page of a version's rows as a list shows them. The first page of a filter finds its rows; those after it are near. */
export async function listRows(version: DatasetVersion, request: { filter: RowFilterRequest; first: number; last: number }, run: FindRun & { cache: VersionCache }): Promise<RowPage> {
  const { filter, first, last } = request;
  const reader = new RowsReader(version.path);
  try {
    const found = await run.cache.get<FoundRows>(cacheKey('rows', version, filter), () => find(reader, version, filter, run));
    const giveWay = makeGiveWay(run.signal);
    const rows: ListedRow[] = [];
    for (const indexed of reader.index.at(pageOf(found, first, last))) {
      rows.push(listedRow(reader, indexed));
      await giveWay();
    }
    return { rows, first, total: countOf(found) };
  } finally {
    reader.close();
  }
}

/** Why a row lost points, computed again: the index has the score only. */
export function reasonsOfRow(row: DatasetRow): string[] {
  return reasonsOf(makeRowScanner().scan(row, () => undefined).reasons);
}

async function find(reader: RowsReader, version: DatasetVersion, request: RowFilterRequest, run: FindRun): Promise<FoundRows> {
  const filter: RowFilter = {
    ...(request.split === null ? {} : { split: request.split }),
    bounds: [...boundsOf('quality', request.quality), ...boundsOf('tokens', request.tokens)],
  };
  const found = await findRows(reader, { filter, texts: request.text === '' ? [] : [request.text] }, run);
  if (request.issue === null) return found;
  const wanted = rowsOfIssue(version, reader.index, request.issue);
  if (found.kind === 'every') return { kind: 'some', numbers: Uint32Array.from(wanted) };
  const known = new Set(wanted);
  return { kind: 'some', numbers: found.numbers.filter((number) => known.has(number)) };
}

function boundsOf(column: 'quality' | 'tokens', { from, to }: NumberRange): Bound[] {
  return [...(from === null ? [] : [{ column, operator: '>=' as const, value: from }]), ...(to === null ? [] : [{ column, operator: '<=' as const, value: to }])];
}

function listedRow(reader: RowsReader, indexed: IndexedRow): ListedRow {
  const { row, file, line, split, quality, tokens, turns, length } = indexed;
  const facts = { row: row + 1, file, line, split, quality, tokens, turns };
  if (length > longestReadBytes) return { ...facts, reasons: [], kind: '', preview: `A row of ${(length / 1_048_576).toFixed(1)} MB`, answer: '' };
  const value = reader.row(indexed);
  return { ...facts, reasons: reasonsOfRow(value), kind: value.kind, ...previewOf(value) };
}
