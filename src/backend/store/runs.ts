import path from 'node:path';
import type { RunId } from '../../protocol/ids.ts';
import { runSummarySchema, type RunState, type RunSummary } from '../../protocol/runs.ts';
import { fileFacts } from '../platform/files.ts';
import type { Note } from './changes.ts';
import type { Store } from './db.ts';

export interface NewRun {
  id: RunId;
  jobId: string | null;
  method: string;
  model: string;
  modelSha256: string;
  datasetId: string;
  datasetVersion: number;
  agent: string | null;
  parentRunId: string | null;
  configHash: string;
  gitCommit: string | null;
  path: string;
  created: string;
}

export interface RunFilter {
  states: readonly RunState[];
  agent: string | null;
  /** Id or name. */
  dataset: string | null;
  model: string | null;
  /** ISO 8601; runs created then or later. */
  since: string | null;
  limit: number;
  /** The last run of the page before. */
  after: { created: string; id: string } | null;
}

const columns = `r.id AS id, r.job_id AS jobId, r.state AS state, r.reason AS reason, r.message AS message, r.hint AS hint,
  r.method AS method, r.model AS model, coalesce(d.name, r.dataset_id) AS dataset, r.dataset_version AS datasetVersion,
  r.agent AS agent, r.phase AS phase, r.step AS step, r.total_steps AS totalSteps, r.epoch AS epoch, r.loss AS loss,
  r.validation_loss AS validationLoss, r.best_validation_loss AS bestValidationLoss, r.tokens_per_second AS tokensPerSecond,
  r.step_seconds AS stepSeconds, r.device AS device,
  (SELECT count(*) FROM attempts a WHERE a.run_id = r.id) AS attempts, r.adapter_id AS adapterId, r.config_hash AS configHash,
  r.git_commit AS gitCommit, r.path AS path, r.created_at AS created, r.started_at AS started, r.ended_at AS ended`;
const from = 'FROM runs r LEFT JOIN datasets d ON d.id = r.dataset_id';

interface RunRow {
  id: string;
  path: string;
  state: string;
  step: number;
  totalSteps: number | null;
  stepSeconds: number | null;
  started: string | null;
  ended: string | null;
  [column: string]: string | number | null;
}

/** Adds a queued run. Its folder and its job are made by the same caller. */
export function insertRun(store: Store, note: Note, run: NewRun): void {
  store.db
    .prepare(
      `INSERT INTO runs (id, job_id, state, method, model, model_sha256, dataset_id, dataset_version, agent, parent_run_id, config_hash, git_commit, path, created_at)
       VALUES (@id, @jobId, 'queued', @method, @model, @modelSha256, @datasetId, @datasetVersion, @agent, @parentRunId, @configHash, @gitCommit, @path, @created)`,
    )
    .run(run);
  note('runs', run.id);
}

export function readRun(store: Store, id: string): RunSummary | null {
  const row = store.db.prepare<[string], RunRow>(`SELECT ${columns} ${from} WHERE r.id = ?`).get(id);
  return row === undefined ? null : toSummary(store, row, store.clock.now());
}

/** Ids that begin with `prefix`, the newest first, two at most: one is the answer, two are ambiguous. */
export function runIdsLike(store: Store, prefix: string): string[] {
  return store.db
    .prepare<[string, string], { id: string }>('SELECT id FROM runs WHERE substr(id, 1, length(?)) = ? ORDER BY created_at DESC, id DESC LIMIT 2')
    .all(prefix, prefix)
    .map((row) => row.id);
}

/** Runs, newest first. */
export function listRuns(store: Store, filter: RunFilter): RunSummary[] {
  const rows = store.db
    .prepare<unknown[], RunRow>(
      `SELECT ${columns} ${from}
       WHERE (:states IS NULL OR r.state IN (SELECT value FROM json_each(:states)))
         AND (:agent IS NULL OR r.agent = :agent)
         AND (:dataset IS NULL OR r.dataset_id = :dataset OR d.name = :dataset)
         AND (:model IS NULL OR r.model = :model)
         AND (:since IS NULL OR r.created_at >= :since)
         AND (:afterCreated IS NULL OR (r.created_at, r.id) < (:afterCreated, :afterId))
       ORDER BY r.created_at DESC, r.id DESC LIMIT CAST(:limit AS INTEGER)`,
    )
    .all({
      states: filter.states.length === 0 ? null : JSON.stringify(filter.states),
      agent: filter.agent,
      dataset: filter.dataset,
      model: filter.model,
      since: filter.since,
      afterCreated: filter.after?.created ?? null,
      afterId: filter.after?.id ?? null,
      limit: filter.limit,
    });
  const now = store.clock.now();
  return rows.map((row) => toSummary(store, row, now));
}

/** Notes the adapter that a run made. What a completed run said about a registration that failed is over with it. */
export function setRunAdapter(store: Store, note: Note, id: string, adapterId: string): void {
  store.db
    .prepare<[string, string]>(
      `UPDATE runs SET adapter_id = ?, message = CASE state WHEN 'completed' THEN NULL ELSE message END,
         hint = CASE state WHEN 'completed' THEN NULL ELSE hint END WHERE id = ?`,
    )
    .run(adapterId, id);
  note('runs', id);
}

/** What earlier runs of a base model reached, newest first: the estimate's figures. */
export interface Measured {
  runId: string;
  path: string;
  device: string | null;
  /** Sums over the run's steps. */
  tokens: number | null;
  stepSeconds: number | null;
  /** From start to end of a run that was completed in one attempt. */
  seconds: number | null;
  planJson: string | null;
}

export function measuredRuns(store: Store, modelSha256: string): Measured[] {
  return store.db
    .prepare<[string], Measured>(
      `SELECT r.id AS runId, r.path AS path, r.device AS device,
         ${sumOf('tokens')} AS tokens, ${sumOf('seconds')} AS stepSeconds,
         CASE WHEN r.state = 'completed' AND (SELECT count(*) FROM attempts a WHERE a.run_id = r.id) = 1
           THEN (julianday(r.ended_at) - julianday(r.started_at)) * 86400 END AS seconds,
         (SELECT a.plan_json FROM attempts a WHERE a.run_id = r.id AND a.plan_json IS NOT NULL ORDER BY a.number DESC LIMIT 1) AS planJson
       FROM runs r WHERE r.model_sha256 = ? AND r.step > 0 ORDER BY r.created_at DESC LIMIT 20`,
    )
    .all(modelSha256)
    .map((run) => ({ ...run, path: folderOf(store, { id: run.runId, path: run.path }) }));
}

/** Over all points of a metric of the run `r`. */
function sumOf(key: 'tokens' | 'seconds'): string {
  return `(SELECT sum(c.total) FROM metric_series s JOIN metric_chunks c ON c.series_id = s.id WHERE s.run_id = r.id AND s.key = '${key}')`;
}

function toSummary(store: Store, row: RunRow, now: Date): RunSummary {
  const { stepSeconds, ...rest } = row;
  const isActive = row.ended === null && row.started !== null;
  const isTraining = row.state === 'running' && stepSeconds !== null && row.totalSteps !== null;
  const end = row.ended === null ? now.getTime() : Date.parse(row.ended);
  return runSummarySchema.parse({
    ...rest,
    path: folderOf(store, row),
    etaSeconds: isTraining ? round(Math.max(0, (row.totalSteps ?? 0) - row.step) * stepSeconds) : null,
    seconds: isActive || row.ended !== null ? round(row.started === null ? 0 : Math.max(0, end - Date.parse(row.started)) / 1000) : null,
  });
}

/** A workspace may have been moved since: beside the database comes first, the stored path after it. */
function folderOf(store: Store, run: { id: string; path: string }): string {
  const beside = path.join(path.dirname(store.file), 'runs', run.id);
  return fileFacts(beside) === null ? run.path : beside;
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
