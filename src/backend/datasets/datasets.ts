import path from 'node:path';
import type { DatasetReport, Facets, NearPairs, RowFilterRequest, RowPage } from '../../protocol/datasetPages.ts';
import type { DatasetDiff, DatasetRemoveResult, DatasetShowResult, ShownRow } from '../../protocol/datasetResults.ts';
import type { DatasetRow, DatasetSummary, PrepareResult, Split } from '../../protocol/datasets.ts';
import { notFound } from '../../protocol/errors.ts';
import { identify } from '../platform/process.ts';
import type { Workspace } from '../platform/workspace.ts';
import { findDataset, listDatasets, listVersions, type DatasetVersion } from '../store/datasets.ts';
import type { Store } from '../store/db.ts';
import { diffVersions } from './diff.ts';
import { facetsOf } from './facets.ts';
import { countOf, findRows, pageOf, type FindRun, type FoundRows } from './findRows.ts';
import { groupIssues, readReport } from './importReport.ts';
import { nearPairsOf } from './nearPairs.ts';
import { prepareDataset } from './prepare.ts';
import type { PrepareProgress } from './prepareContext.ts';
import type { PrepareOptions } from './prepareOptions.ts';
import { removeToTrash } from './removeDataset.ts';
import { listRows, reasonsOfRow } from './rowPages.ts';
import { RowsReader } from './rowsReader.ts';
import { rowsFile, writeSplitFile } from './splitFile.ts';
import { restoreVersion } from './versions.ts';
import { cacheKey, VersionCache } from './versionCache.ts';
import { parseWhere } from './where.ts';

export interface DatasetsInit {
  workspace: Workspace;
  /** Opens the workspace's database, making it where there is none. */
  openStore: () => Store;
  /** The database to read: an empty one where the workspace has none. */
  presentStore: () => Store;
  /** Keeps what was worked out about versions; without one it is worked out anew each time. */
  cache?: VersionCache;
}

/** Everything that can be done with datasets. Stateless: it opens what it needs and closes it. */
export class Datasets {
  readonly #workspace: Workspace;
  readonly #openStore: () => Store;
  readonly #presentStore: () => Store;
  readonly #cache: VersionCache;

  constructor(init: DatasetsInit) {
    this.#workspace = init.workspace;
    this.#openStore = init.openStore;
    this.#presentStore = init.presentStore;
    this.#cache = init.cache ?? new VersionCache(0);
  }

  /** Imports files, or with `plan` shows what that would do. */
  async prepare(options: PrepareOptions, run: { base: string; onProgress: (progress: PrepareProgress) => void; signal: AbortSignal }): Promise<PrepareResult> {
    const store = options.plan ? this.#presentStore() : this.#openStore();
    return prepareDataset(options, { store, datasets: this.#workspace.datasets, isAlive, ...run });
  }

  list(): DatasetSummary[] {
    return listDatasets(this.#presentStore()).map(toSummary);
  }

  /** A dataset by id or name, its newest version unless another is named. */
  find(reference: string, version?: number): DatasetVersion {
    const store = this.#presentStore();
    const current = findDataset(store, reference);
    if (current === null) {
      throw notFound('dataset_not_found', `There is no dataset “${reference}”.`, { hint: 'training datasets lists them.' });
    }
    if (version === undefined || version === current.version) return current;
    const found = listVersions(store, current.id).find((one) => one.version === version);
    if (found === undefined) {
      throw notFound('dataset_version_not_found', `Dataset “${current.name}” has no version ${String(version)}.`, {
        hint: `training dataset show ${current.id} lists its versions.`,
      });
    }
    return found;
  }

  versions(reference: string): DatasetVersion[] {
    return listVersions(this.#openStore(), this.find(reference).id);
  }

  /** A page of rows that meet the conditions; `first` counts from 1 among them. */
  async show(version: DatasetVersion, page: { where: string; first: number; last: number; signal: AbortSignal }): Promise<DatasetShowResult> {
    const reader = new RowsReader(version.path);
    try {
      const where = parseWhere(page.where);
      const run = { signal: page.signal, onProgress: () => undefined };
      const found = await this.#cache.get(cacheKey<FoundRows>('where', version, page.where), () => findRows(reader, where, run));
      const rows: ShownRow[] = reader.index.at(pageOf(found, page.first, page.last)).map((indexed) => {
        const { row, file, line, split, quality, tokens, turns } = indexed;
        const value = reader.row(indexed);
        return { row: row + 1, file, line, split, quality, reasons: reasonsOfRow(value), tokens, turns, value };
      });
      return { dataset: toSummary(version), versions: this.#versionsOf(version), rows, total: countOf(found) };
    } finally {
      reader.close();
    }
  }

  /** A page of rows as a list shows them; `first` counts from 1 among those that match. */
  async page(version: DatasetVersion, request: { filter: RowFilterRequest; first: number; last: number }, run: FindRun): Promise<RowPage> {
    return await listRows(version, request, { ...run, cache: this.#cache });
  }

  /** How quality and lengths are distributed. */
  async facets(version: DatasetVersion, split: Split | null, signal: AbortSignal): Promise<Facets> {
    return await facetsOf(version, split, { signal, cache: this.#cache });
  }

  /** Rows that are nearly the same. */
  async nearPairs(version: DatasetVersion, run: { signal: AbortSignal; onProgress: (done: number, all: number) => void }): Promise<NearPairs> {
    return await nearPairsOf(version, { ...run, cache: this.#cache });
  }

  /** What the import of a version found. */
  report(version: DatasetVersion): DatasetReport {
    const reader = new RowsReader(version.path);
    try {
      const report = readReport(version);
      return {
        dataset: toSummary(version),
        versions: this.#versionsOf(version),
        counts: report.rows,
        nearDuplicatesChecked: report.nearDuplicatesChecked,
        issues: groupIssues(report, reader.index),
      };
    } finally {
      reader.close();
    }
  }

  diff(before: DatasetVersion, after: DatasetVersion, limit: number): DatasetDiff {
    return diffVersions(before, after, limit);
  }

  /** Brings an earlier version's content back as a new version. */
  restore(reference: string, version: number): { dataset: DatasetSummary; restoredFrom: number; isNew: boolean } {
    const old = this.find(reference, version);
    const current = this.find(reference);
    const isSame = current.sha256 === old.sha256 && current.splitsSha256 === old.splitsSha256 && current.grader === old.grader;
    if (isSame) return { dataset: toSummary(current), restoredFrom: version, isNew: false };
    const restored = restoreVersion(this.#openStore(), old, { datasets: this.#workspace.datasets, isAlive });
    return { dataset: toSummary(restored), restoredFrom: version, isNew: true };
  }

  async remove(reference: string, options: { isConfirmed: boolean; isForced: boolean }): Promise<DatasetRemoveResult> {
    const dataset = this.find(reference);
    const { versions, trash, endedRuns } = await removeToTrash(this.#openStore(), dataset, { workspace: this.#workspace, ...options });
    return { removed: { id: dataset.id, name: dataset.name, versions }, trash, endedRuns };
  }

  /** Rows of a split, in order: what a test of an adapter asks. */
  *rowsOf(version: DatasetVersion, split: Split): Generator<DatasetRow> {
    const reader = new RowsReader(version.path);
    try {
      for (const indexed of reader.index.rows({ split })) yield reader.row(indexed);
    } finally {
      reader.close();
    }
  }

  /** The file that a version's split files point into. */
  rowsPath(version: DatasetVersion): string {
    return path.join(version.path, rowsFile);
  }

  /** Writes a split for the trainer; see splitFile.ts. */
  writeSplit(version: DatasetVersion, split: Split, target: string): { rows: number; tokens: number } {
    return writeSplitFile({ versionPath: version.path, split, target });
  }

  #versionsOf({ id }: DatasetVersion): DatasetShowResult['versions'] {
    return this.versions(id).map(({ version, rows, created }) => ({ version, rows, created }));
  }
}

function isAlive(pid: number): boolean {
  return identify(pid) !== undefined;
}

export function toSummary(version: DatasetVersion): DatasetSummary {
  const { id, name, version: number, format, rows, splits, tokens, quality, grader, sha256, path: folder, created } = version;
  return { id, name, version: number, format, rows, splits, tokens, quality, grader, sha256, path: folder, created };
}
