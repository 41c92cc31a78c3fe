import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DatasetSummary, PrepareResult, Split } from '../../protocol/datasets.ts';
import { notFound } from '../../protocol/errors.ts';
import { identify } from '../platform/process.ts';
import type { Workspace } from '../platform/workspace.ts';
import { findDataset, listDatasets, listVersions, type DatasetVersion } from '../store/datasets.ts';
import type { Store } from '../store/db.ts';
import { prepareDataset, type PrepareProgress } from './prepare.ts';
import type { PrepareOptions } from './prepareOptions.ts';
import { rowsFile, writeSplitFile } from './splitFile.ts';

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
    return prepareDataset(options, { store, datasets: this.#workspace.datasets, isAlive: (pid) => identify(pid) !== undefined, ...run });
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

  /** The file that a version's split files point into. */
  rowsPath(version: DatasetVersion): string {
    return path.join(version.path, rowsFile);
  }

  /** Writes a split for the trainer; see splitFile.ts. */
  writeSplit(version: DatasetVersion, split: Split, target: string): { rows: number; tokens: number } {
    return writeSplitFile({ versionPath: version.path, split, target });
  }

  #existingStore(): Store | null {
    return existsSync(this.#workspace.database) ? this.#openStore() : null;
  }
}

export function toSummary(version: DatasetVersion): DatasetSummary {
  const { id, name, version: number, format, rows, splits, tokens, quality, grader, sha256, path: folder, created } = version;
  return { id, name, version: number, format, rows, splits, tokens, quality, grader, sha256, path: folder, created };
}
