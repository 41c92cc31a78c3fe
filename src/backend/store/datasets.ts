import path from 'node:path';
import type { DatasetSummary } from '../../protocol/datasets.ts';
import { datasetFormatSchema, graderNameSchema } from '../../protocol/datasets.ts';
import { datasetIdSchema, runIdSchema, type DatasetId, type RunId } from '../../protocol/ids.ts';
import { runStateSchema, type RunState } from '../../protocol/runs.ts';
import { fileFacts } from '../platform/files.ts';
import { transact } from './changes.ts';
import type { Store } from './db.ts';

/** A version as stored. */
export interface DatasetVersion extends DatasetSummary {
  splitsSha256: string;
  reportJson: string;
}

export interface NewVersion {
  name: string;
  format: string;
  rows: number;
  train: number;
  validation: number;
  test: number;
  tokens: number;
  quality: number | null;
  grader: string;
  sha256: string;
  splitsSha256: string;
  reportJson: string;
}

interface RawVersion {
  id: string;
  name: string;
  version: number;
  format: string;
  rows: number;
  train: number;
  validation: number;
  test: number;
  tokens: number;
  quality: number | null;
  grader: string;
  sha256: string;
  splitsSha256: string;
  path: string;
  reportJson: string;
  created: string;
}

const versionColumns = `d.id AS id, d.name AS name, v.version AS version, v.format AS format, v.rows AS rows,
  v.train AS train, v.validation AS validation, v.test AS test, v.tokens AS tokens, v.quality AS quality,
  v.grader AS grader, v.sha256 AS sha256, v.splits_sha256 AS splitsSha256, v.path AS path,
  v.report_json AS reportJson, v.created_at AS created`;

/** Current version of every dataset, by name. */
export function listDatasets(store: Store): DatasetVersion[] {
  return store.db
    .prepare<[], RawVersion>(
      `SELECT ${versionColumns} FROM datasets d JOIN dataset_versions v ON v.dataset_id = d.id AND v.version = d.version
       WHERE d.removed_at IS NULL ORDER BY d.name`,
    )
    .all()
    .map((raw) => toVersion(store, raw));
}

/** A dataset by id or by name, its current version. */
export function findDataset(store: Store, reference: string): DatasetVersion | null {
  const raw = store.db
    .prepare<[string, string, string], RawVersion>(
      `SELECT ${versionColumns} FROM datasets d JOIN dataset_versions v ON v.dataset_id = d.id AND v.version = d.version
       WHERE (d.id = ? OR d.name = ?) AND d.removed_at IS NULL ORDER BY d.id = ? DESC LIMIT 1`,
    )
    .get(reference, reference, reference);
  return raw === undefined ? null : toVersion(store, raw);
}

/** The current version of the dataset with this name; an id is no name. */
export function findByName(store: Store, name: string): DatasetVersion | null {
  const id = idOfName(store, name);
  return id === null ? null : findDataset(store, id);
}

export function listVersions(store: Store, id: DatasetId): DatasetVersion[] {
  return store.db
    .prepare<[string], RawVersion>(
      `SELECT ${versionColumns} FROM datasets d JOIN dataset_versions v ON v.dataset_id = d.id
       WHERE d.id = ? AND d.removed_at IS NULL ORDER BY v.version`,
    )
    .all(id)
    .map((raw) => toVersion(store, raw));
}

/** The id that a name has, removed datasets among them: a name keeps its id and never counts its versions anew. */
export function idOfName(store: Store, name: string): DatasetId | null {
  const row = store.db.prepare<[string], { id: string }>('SELECT id FROM datasets WHERE name = ?').get(name);
  return row === undefined ? null : datasetIdSchema.parse(row.id);
}

export function isIdTaken(store: Store, id: DatasetId): boolean {
  return store.db.prepare<[string], { id: string }>('SELECT id FROM datasets WHERE id = ?').get(id) !== undefined;
}

export interface VersionPlace {
  /** The dataset's id: looked up or made up while nobody else can write. */
  idOf: () => DatasetId;
  /** Whether no folder of an interrupted import or of a lost database is where this version would go. */
  isFree: (id: DatasetId, number: number) => boolean;
  /** Moves the folder to where id and number say, and answers the path. */
  move: (id: DatasetId, number: number) => string;
}

/**
 * Stores a new version. Id, number and folder are settled within the transaction, so that two imports at once never
 * meet in one dataset by accident, nor in one folder.
 */
export function addVersion(store: Store, version: NewVersion, place: VersionPlace): DatasetVersion {
  return transact(store, (note) => {
    const id = place.idOf();
    const now = store.clock.now().toISOString();
    const last = store.db
      .prepare<[string], { last: number | null }>('SELECT max(version) AS last FROM dataset_versions WHERE dataset_id = ?')
      .get(id);
    const known = store.db.prepare<[string], { version: number }>('SELECT version FROM datasets WHERE id = ?').get(id);
    let number = Math.max(last?.last ?? 0, known?.version ?? 0) + 1;
    while (!place.isFree(id, number)) number++;
    store.db
      .prepare(
        `INSERT INTO datasets (id, name, version, created_at) VALUES (?, ?, CAST(? AS INTEGER), ?)
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, removed_at = NULL`,
      )
      .run(id, version.name, number, now);
    const folder = place.move(id, number);
    store.db
      .prepare(
        `INSERT INTO dataset_versions (dataset_id, version, format, rows, train, validation, test, tokens, quality, grader,
           sha256, splits_sha256, path, report_json, created_at)
         VALUES (:id, CAST(:version AS INTEGER), :format, CAST(:rows AS INTEGER), CAST(:train AS INTEGER), CAST(:validation AS INTEGER),
           CAST(:test AS INTEGER), CAST(:tokens AS INTEGER), :quality, :grader, :sha256, :splitsSha256, :path, :reportJson, :created)`,
      )
      .run({ ...version, id, version: number, path: folder, created: now });
    note('datasets', id);
    const { name, format, rows, train, validation, test, tokens, quality, grader, sha256, splitsSha256, reportJson } = version;
    return toVersion(store, { id, name, version: number, format, rows, train, validation, test, tokens, quality, grader, sha256, splitsSha256, path: folder, reportJson, created: now });
  });
}

export interface RunOfDataset {
  id: RunId;
  state: RunState;
}

/** Runs that are not completed, oldest first, with the dataset that each trains on. */
export function openRuns(store: Store): (RunOfDataset & { datasetId: string })[] {
  return store.db
    .prepare<[], { id: string; state: string; datasetId: string }>(`SELECT id, state, dataset_id AS datasetId FROM runs WHERE state <> 'completed' ORDER BY created_at, id`)
    .all()
    .map(({ id, state, datasetId }) => ({ id: runIdSchema.parse(id), state: runStateSchema.parse(state), datasetId }));
}

/** Forgets a dataset's versions. `check` may still refuse, within the transaction. */
export function removeDataset(store: Store, id: DatasetId, check: () => void): void {
  transact(store, (note) => {
    check();
    store.db.prepare('UPDATE datasets SET removed_at = ? WHERE id = ?').run(store.clock.now().toISOString(), id);
    store.db.prepare('DELETE FROM dataset_versions WHERE dataset_id = ?').run(id);
    note('datasets', id);
  });
}

function toVersion(store: Store, raw: RawVersion): DatasetVersion {
  return {
    id: datasetIdSchema.parse(raw.id),
    name: raw.name,
    version: raw.version,
    format: datasetFormatSchema.parse(raw.format),
    rows: raw.rows,
    splits: { train: raw.train, validation: raw.validation, test: raw.test },
    tokens: raw.tokens,
    quality: raw.quality,
    grader: graderNameSchema.parse(raw.grader),
    sha256: raw.sha256,
    splitsSha256: raw.splitsSha256,
    path: folderOf(store, raw),
    reportJson: raw.reportJson,
    created: raw.created,
  };
}

/** A workspace may have been moved since: beside the database comes first, the stored path after it. */
function folderOf(store: Store, raw: RawVersion): string {
  const beside = path.join(path.dirname(store.file), 'datasets', raw.id, `v${String(raw.version)}`);
  return fileFacts(beside) === null ? raw.path : beside;
}
