import { jobIdSchema, type JobId, type RunId } from '../../protocol/ids.ts';
import { jobPrioritySchema, jobStatusSchema, type JobPriority, type JobStatus, type JobSummary } from '../../protocol/jobs.ts';
import type { Note } from './changes.ts';
import type { Store } from './db.ts';

/** What a job occupies: lanes never wait for each other. */
type Lane = 'device' | 'cpu' | 'remote';

/** How a running job is asked to end: `discard` saves nothing. */
export type StopRequest = 'stop' | 'discard';

export interface NewJob {
  id: JobId;
  runId: RunId;
  lane: Lane;
  priority: JobPriority;
  configHash: string | null;
  gitCommit: string | null;
  maxAttempts: number;
}

/** A job as the worker needs it. */
export interface Job {
  id: JobId;
  runId: string | null;
  lane: string;
  priority: JobPriority;
  status: JobStatus;
  reason: string | null;
  attempts: number;
  maxAttempts: number;
  notBefore: string | null;
  token: number;
  claimedBy: string | null;
  stopRequest: string | null;
  configHash: string | null;
  gitCommit: string | null;
  created: string;
  started: string | null;
  ended: string | null;
}

interface JobRow extends Omit<Job, 'id' | 'status' | 'priority'> {
  id: string;
  status: string;
  priority: string;
}

const columns = `id, run_id AS runId, lane, priority, status, reason, attempts, max_attempts AS maxAttempts,
  not_before AS notBefore, fencing_token AS token, claimed_by AS claimedBy, stop_request AS stopRequest,
  config_hash AS configHash, git_commit AS gitCommit, created_at AS created, started_at AS started, ended_at AS ended`;

/** Ranks for the place where a new job goes. */
const priorityRank: Record<JobPriority, number> = { high: 0, normal: 1, low: 2 };

/** Adds a queued job behind those of its own and of higher priority. */
export function insertJob(store: Store, note: Note, job: NewJob): void {
  store.db
    .prepare(
      `INSERT INTO jobs (id, kind, run_id, lane, priority, position, status, payload_json, config_hash, git_commit, max_attempts, created_at)
       VALUES (@id, 'train', @runId, @lane, @priority, @position, 'queued', '{}', @configHash, @gitCommit, @maxAttempts, @created)`,
    )
    .run({ ...job, position: positionFor(store, job.priority), created: store.clock.now().toISOString() });
  note('jobs', job.id);
}

export function readJob(store: Store, id: string): Job | null {
  const row = store.db.prepare<[string], JobRow>(`SELECT ${columns} FROM jobs WHERE id = ?`).get(id);
  return row === undefined ? null : toJob(row);
}

/** Queued jobs in the order of the queue. */
export function queuedJobs(store: Store): Job[] {
  return store.db.prepare<[], JobRow>(`SELECT ${columns} FROM jobs WHERE status = 'queued' ORDER BY position`).all().map(toJob);
}

export function processingJobs(store: Store): Job[] {
  return store.db.prepare<[], JobRow>(`SELECT ${columns} FROM jobs WHERE status = 'processing' ORDER BY started_at, id`).all().map(toJob);
}

/** The newest ended jobs first. */
export function endedJobs(store: Store, limit: number): Job[] {
  return store.db
    .prepare<[number], JobRow>(`SELECT ${columns} FROM jobs WHERE status IN ('completed', 'failed', 'skipped') ORDER BY ended_at DESC, id LIMIT ?`)
    .all(limit)
    .map(toJob);
}

/** The queued or processing job of a run; a run has at most one. */
export function openJobOfRun(store: Store, runId: string): Job | null {
  const row = store.db
    .prepare<[string], JobRow>(`SELECT ${columns} FROM jobs WHERE run_id = ? AND status IN ('queued', 'processing') ORDER BY created_at DESC LIMIT 1`)
    .get(runId);
  return row === undefined ? null : toJob(row);
}

/**
 * Claims one queued job for the worker lease `claimedBy`. Answers the claim's fencing token, or null when the job is no
 * longer queued. The claim lives as long as that lease.
 */
export function claimJob(store: Store, note: Note, id: string, claimedBy: string): number | null {
  const row = store.db
    .prepare<[string, string, string], { token: number }>(
      `UPDATE jobs SET status = 'processing', reason = NULL, not_before = NULL, claimed_by = ?, fencing_token = fencing_token + 1,
         attempts = attempts + 1, started_at = coalesce(started_at, ?)
       WHERE id = ? AND status = 'queued' RETURNING fencing_token AS token`,
    )
    .get(claimedBy, store.clock.now().toISOString(), id);
  if (row === undefined) return null;
  note('jobs', id);
  return row.token;
}

/** A further worker goes on with a claimed job: same attempt, new fencing token, so that the old worker can't finish it. */
export function adoptJob(store: Store, note: Note, id: string, claimedBy: string): number | null {
  const row = store.db
    .prepare<[string, string], { token: number }>(
      `UPDATE jobs SET claimed_by = ?, fencing_token = fencing_token + 1 WHERE id = ? AND status = 'processing' RETURNING fencing_token AS token`,
    )
    .get(claimedBy, id);
  if (row === undefined) return null;
  note('jobs', id);
  return row.token;
}

/** Ends a claimed job. False: the token is stale, nothing was changed. */
export function finishJob(store: Store, note: Note, id: string, token: number, end: { status: 'completed' | 'failed' | 'skipped'; reason: string | null }): boolean {
  const result = store.db
    .prepare<[string, string | null, string, string, number]>(
      `UPDATE jobs SET status = ?, reason = ?, ended_at = ?, claimed_by = NULL WHERE id = ? AND fencing_token = ? AND status = 'processing'`,
    )
    .run(end.status, end.reason, store.clock.now().toISOString(), id, token);
  if (result.changes === 1) note('jobs', id);
  return result.changes === 1;
}

/** Puts a claimed job back to its place, due at `notBefore`. A refunded try does not count. False: the token is stale. */
export function requeueJob(store: Store, note: Note, id: string, token: number, back: { reason: string; notBefore: string | null; isRefunded: boolean }): boolean {
  const result = store.db
    .prepare<[string, string | null, number, string, number]>(
      `UPDATE jobs SET status = 'queued', reason = ?, not_before = ?, claimed_by = NULL, attempts = attempts - CAST(? AS INTEGER) WHERE id = ? AND fencing_token = ? AND status = 'processing'`,
    )
    .run(back.reason, back.notBefore, back.isRefunded ? 1 : 0, id, token);
  if (result.changes === 1) note('jobs', id);
  return result.changes === 1;
}

/** Ends a job that never began. False: it is no longer queued. */
export function skipQueuedJob(store: Store, note: Note, id: string, reason: string): boolean {
  const result = store.db
    .prepare<[string, string, string]>(`UPDATE jobs SET status = 'skipped', reason = ?, ended_at = ? WHERE id = ? AND status = 'queued'`)
    .run(reason, store.clock.now().toISOString(), id);
  if (result.changes === 1) note('jobs', id);
  return result.changes === 1;
}

/** Asks a processing job to end. `discard` beats an earlier `stop`, never the other way. */
export function requestStop(store: Store, note: Note, id: string, request: StopRequest): void {
  store.db
    .prepare<[string, string, string]>(`UPDATE jobs SET stop_request = CASE WHEN stop_request = 'discard' THEN stop_request ELSE ? END WHERE id = ? AND status = ?`)
    .run(request, id, 'processing');
  note('jobs', id);
}

/** Says why a queued job waits. */
export function setWaitReason(store: Store, note: Note, id: string, reason: string | null): void {
  const result = store.db.prepare<[string | null, string, string | null]>(`UPDATE jobs SET reason = ? WHERE id = ? AND status = 'queued' AND reason IS NOT ?`).run(reason, id, reason);
  if (result.changes === 1) note('jobs', id);
}

/** Gives a queued job a priority and the last place within it. */
export function setPriority(store: Store, note: Note, id: string, priority: JobPriority): void {
  const rest = queuedPlaces(store).filter((place) => place.id !== id);
  const index = placeFor(rest, priority);
  store.db.prepare<[string, string]>('UPDATE jobs SET priority = ? WHERE id = ?').run(priority, id);
  writeOrder(store, [...rest.slice(0, index).map((place) => place.id), id, ...rest.slice(index).map((place) => place.id)]);
  note('jobs', id);
  note('queue');
}

/** Moves a queued job to place `to` (from 1); beyond the end is the end. */
export function moveJob(store: Store, note: Note, id: string, to: number): void {
  const rest = queuedPlaces(store).map((place) => place.id).filter((other) => other !== id);
  const index = Math.min(Math.max(1, to), rest.length + 1) - 1;
  writeOrder(store, [...rest.slice(0, index), id, ...rest.slice(index)]);
  note('jobs', id);
  note('queue');
}

/** What callers see. `position` is the place in the whole queue. */
export function toSummary(job: Job, position: number | null): JobSummary {
  return {
    id: job.id,
    kind: 'train',
    priority: job.priority,
    position,
    status: job.status,
    reason: job.reason,
    runId: job.runId,
    attempts: job.attempts,
    maxAttempts: job.maxAttempts,
    notBefore: job.notBefore,
    configHash: job.configHash,
    gitCommit: job.gitCommit,
    created: job.created,
    started: job.started,
    ended: job.ended,
  };
}

interface Place {
  id: string;
  priority: string;
  position: number;
}

function queuedPlaces(store: Store): Place[] {
  return store.db.prepare<[], Place>(`SELECT id, priority, position FROM jobs WHERE status = 'queued' ORDER BY position`).all();
}

// A move may have put a low job before a high one. A new job goes behind the last one that is not lower than itself.
function placeFor(places: Place[], priority: JobPriority): number {
  const rank = priorityRank[priority];
  return places.findLastIndex((place) => priorityRank[jobPrioritySchema.parse(place.priority)] <= rank) + 1;
}

function positionFor(store: Store, priority: JobPriority): number {
  const places = queuedPlaces(store);
  const index = placeFor(places, priority);
  const before = places[index - 1]?.position;
  const after = places[index]?.position;
  if (after === undefined) return (before ?? 0) + 1;
  const middle = before === undefined ? after - 1 : (before + after) / 2;
  if (middle !== before && middle !== after) return middle;
  // Halving the gap has used up the digits of a double: number the queue anew.
  writeOrder(store, places.map((place) => place.id));
  return index + 0.5;
}

function writeOrder(store: Store, ids: string[]): void {
  const update = store.db.prepare<[number, string]>('UPDATE jobs SET position = ? WHERE id = ?');
  ids.forEach((id, index) => update.run(index + 1, id));
}

function toJob(row: JobRow): Job {
  return { ...row, id: jobIdSchema.parse(row.id), status: jobStatusSchema.parse(row.status), priority: jobPrioritySchema.parse(row.priority) };
}
