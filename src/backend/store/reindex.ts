import type { DatasetFormat, GraderName } from '../../protocol/datasets.ts';
import type { AttemptId, DatasetId, RunId } from '../../protocol/ids.ts';
import type { Note } from './changes.ts';
import type { Store } from './db.ts';

/** True for a database that knows of nothing: a new one. */
export function isIndexEmpty(store: Store): boolean {
  const row = store.db
    .prepare<[], { known: number }>(
      `SELECT EXISTS (SELECT 1 FROM datasets) OR EXISTS (SELECT 1 FROM runs) OR EXISTS (SELECT 1 FROM jobs) OR EXISTS (SELECT 1 FROM adapters) AS known`,
    )
    .get();
  return row?.known === 0;
}

/** A version as its folder describes it. */
export interface FoundVersion {
  id: DatasetId;
  name: string;
  version: number;
  format: DatasetFormat;
  rows: number;
  train: number;
  validation: number;
  test: number;
  tokens: number;
  quality: number | null;
  grader: GraderName;
  sha256: string;
  splitsSha256: string;
  path: string;
  reportJson: string;
  created: string;
}

/** Stores a version that a folder tells of. The highest one becomes its dataset's current version. False: the name is another dataset's. */
export function insertFoundVersion(store: Store, note: Note, version: FoundVersion): boolean {
  const owner = store.db.prepare<[string], { id: string }>('SELECT id FROM datasets WHERE name = ?').get(version.name);
  if (owner !== undefined && owner.id !== version.id) return false;
  store.db
    .prepare(
      `INSERT INTO datasets (id, name, version, created_at) VALUES (:id, :name, CAST(:version AS INTEGER), :created)
       ON CONFLICT (id) DO UPDATE SET version = max(version, excluded.version), created_at = min(created_at, excluded.created_at)`,
    )
    .run({ id: version.id, name: version.name, version: version.version, created: version.created });
  store.db
    .prepare(
      `INSERT OR IGNORE INTO dataset_versions (dataset_id, version, format, rows, train, validation, test, tokens, quality, grader,
         sha256, splits_sha256, path, report_json, created_at)
       VALUES (:id, CAST(:version AS INTEGER), :format, CAST(:rows AS INTEGER), CAST(:train AS INTEGER), CAST(:validation AS INTEGER),
         CAST(:test AS INTEGER), CAST(:tokens AS INTEGER), :quality, :grader, :sha256, :splitsSha256, :path, :reportJson, :created)`,
    )
    .run(version);
  note('datasets', version.id);
  return true;
}

/** An attempt as its events tell of it. Nobody holds it any more. */
interface FoundAttempt {
  id: AttemptId;
  runId: RunId;
  number: number;
  endReason: string;
  started: string;
  ended: string;
}

export function insertFoundAttempt(store: Store, attempt: FoundAttempt): void {
  store.db
    .prepare(
      `INSERT INTO attempts (id, run_id, number, fencing_token, end_reason, started_at, ended_at)
       VALUES (:id, :runId, CAST(:number AS INTEGER), 0, :endReason, :started, :ended)`,
    )
    .run(attempt);
}

/** Whether a version is stored. */
export function hasVersion(store: Store, { id, version }: Pick<FoundVersion, 'id' | 'version'>): boolean {
  return store.db.prepare<[string, number]>('SELECT 1 FROM dataset_versions WHERE dataset_id = ? AND version = ?').get(id, version) !== undefined;
}

/** Ends the open attempt of a run, as its events tell of it. */
export function endFoundAttempt(store: Store, id: AttemptId, end: { reason: string; ended: string }): void {
  store.db.prepare('UPDATE attempts SET end_reason = :reason, ended_at = :ended WHERE id = :id AND ended_at IS NULL').run({ ...end, id });
}

/** Takes a run out of the queue that went on, or ended, without the queue knowing of it. */
export function closeJobsOfRun(store: Store, note: Note, runId: RunId, reason: string): void {
  const closed = store.db
    .prepare<[string, string, string], { id: string }>(
      `UPDATE jobs SET status = 'skipped', reason = ?, ended_at = ?, claimed_by = NULL, fencing_token = fencing_token + 1
       WHERE run_id = ? AND status IN ('queued', 'processing') RETURNING id`,
    )
    .all(reason, store.clock.now().toISOString(), runId);
  for (const { id } of closed) note('jobs', id);
}

/** Gives a run the times that its events tell; null where it never began. */
export function setRunTimes(store: Store, runId: RunId, times: { started: string | null; ended: string | null }): void {
  store.db.prepare('UPDATE runs SET started_at = :started, ended_at = :ended WHERE id = :runId').run({ ...times, runId });
}
