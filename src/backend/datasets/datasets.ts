import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DatasetDiff, DatasetRemoveResult, DatasetShowResult, ShownRow } from '../../protocol/datasetResults.ts';
import type { DatasetRow, DatasetSummary, PrepareResult, Split } from '../../protocol/datasets.ts';
import { notFound } from '../../protocol/errors.ts';
import { identify } from '../platform/process.ts';
import type { Workspace } from '../platform/workspace.ts';
import { findDataset, listDatasets, listVersions, type DatasetVersion } from '../store/datasets.ts';
import type { Store } from '../store/db.ts';
import { diffVersions } from './diff.ts';
import { reasonsOf } from './formats/quality.ts';
import { makeRowScanner } from './formats/scanRow.ts';
import { prepareDataset } from './prepare.ts';
import type { PrepareProgress } from './prepareContext.ts';
import type { PrepareOptions } from './prepareOptions.ts';
import { removeToTrash } from './removeDataset.ts';
import { RowsReader } from './rowsReader.ts';
import { rowsFile, writeSplitFile } from './splitFile.ts';
import { restoreVersion } from './versions.ts';
import { parseWhere } from './where.ts';

export interface DatasetsInit {
  workspace: Workspace;
  /** Opens the workspace's database, making it where there is none. */
  openStore: () => Store;
}

/** Everything that can be done with datasets. Stateless: it opens what it needs and closes it. */
export class Datasets {
  readonly #workspace: Workspace;
  readonly #openStore: () => Store;

  constructor(init: DatasetsInit) {
    this.#workspace = init.workspace;
    this.#openStore = init.openStore;
  }

  /** Imports files, or with `plan` shows what that would do. */
  async prepare(options: PrepareOptions, run: { base: string; onProgress: (progress: PrepareProgress) => void; signal: AbortSignal }): Promise<PrepareResult> {
    const store = options.plan ? this.#existingStore() : this.#openStore();
    return prepareDataset(options, { store, datasets: this.#workspace.datasets, isAlive, ...run });
  }

  list(): DatasetSummary[] {
    const store = this.#existingStore();
    return store === null ? [] : listDatasets(store).map(toSummary);
  }

  /** A dataset by id or name, its newest version unless another is named. */
  find(reference: string, version?: number): DatasetVersion {
    const store = this.#existingStore();
    const current = store === null ? null : findDataset(store, reference);
    if (store === null || current === null) {
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
  show(version: DatasetVersion, page: { where: string; first: number; last: number }): DatasetShowResult {
    const reader = new RowsReader(version.path);
    try {
      const rows: ShownRow[] = [];
      let total = 0;
      for (const indexed of reader.matching(parseWhere(page.where))) {
        total++;
        if (total < page.first || total > page.last) continue;
        const { row, file, line, split, quality, tokens, turns } = indexed;
        const value = reader.row(indexed);
        rows.push({ row: row + 1, file, line, split, quality, reasons: reasonsOfRow(value), tokens, turns, value });
      }
      const versions = this.versions(version.id).map(({ version: number, rows: count, created }) => ({ version: number, rows: count, created }));
      return { dataset: toSummary(version), versions, rows, total };
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

  #existingStore(): Store | null {
    // A database that was lost is made again from the datasets' folders when it is opened.
    return existsSync(this.#workspace.database) || existsSync(this.#workspace.datasets) ? this.#openStore() : null;
  }
}

function isAlive(pid: number): boolean {
  return identify(pid) !== undefined;
}

export function toSummary(version: DatasetVersion): DatasetSummary {
  const { id, name, version: number, format, rows, splits, tokens, quality, grader, sha256, path: folder, created } = version;
  return { id, name, version: number, format, rows, splits, tokens, quality, grader, sha256, path: folder, created };
}

/** Why a row lost points, computed again: the index has the score only. */
function reasonsOfRow(row: DatasetRow): string[] {
  return reasonsOf(makeRowScanner().scan(row, () => undefined).reasons);
}
