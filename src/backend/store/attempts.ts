import { attemptIdSchema, type AttemptId } from '../../protocol/ids.ts';
import { processSchema, type ProcessIdentity } from '../platform/process.ts';
import type { Note } from './changes.ts';
import type { Store } from './db.ts';

/** One start of a run's trainer. */
export interface Attempt {
  id: AttemptId;
  runId: string;
  jobId: string | null;
  number: number;
  device: string | null;
  process: ProcessIdentity | null;
  endReason: string | null;
  started: string;
  ended: string | null;
}

interface AttemptRow extends Omit<Attempt, 'id' | 'process'> {
  id: string;
  processJson: string | null;
}

const columns = `id, run_id AS runId, job_id AS jobId, number, device, process_json AS processJson, end_reason AS endReason,
  started_at AS started, ended_at AS ended`;

/** Adds the next attempt of a run. Its number counts from 1. */
export function insertAttempt(store: Store, note: Note, attempt: { id: AttemptId; runId: string; jobId: string; token: number; device: string }): void {
  store.db
    .prepare(
      `INSERT INTO attempts (id, run_id, job_id, number, fencing_token, device, started_at)
       VALUES (@id, @runId, @jobId, (SELECT coalesce(max(number), 0) + 1 FROM attempts WHERE run_id = @runId), @token, @device, @started)`,
    )
    .run({ ...attempt, started: store.clock.now().toISOString() });
  note('runs', attempt.runId);
}

/** Remembers which process the attempt is, before it is let go. */
export function setAttemptProcess(store: Store, id: AttemptId, identity: ProcessIdentity): void {
  store.db.prepare<[string, string]>('UPDATE attempts SET process_json = ? WHERE id = ?').run(JSON.stringify(identity), id);
}

export function endAttempt(store: Store, note: Note, attempt: { id: AttemptId; runId: string }, reason: string): void {
  store.db
    .prepare<[string, string, string]>('UPDATE attempts SET end_reason = ?, ended_at = ? WHERE id = ? AND ended_at IS NULL')
    .run(reason, store.clock.now().toISOString(), attempt.id);
  note('runs', attempt.runId);
}

/** The newest attempt of a run. */
export function latestAttempt(store: Store, runId: string): Attempt | null {
  const row = store.db
    .prepare<[string], AttemptRow>(`SELECT ${columns} FROM attempts WHERE run_id = ? ORDER BY number DESC LIMIT 1`)
    .get(runId);
  return row === undefined ? null : toAttempt(row);
}

/** An attempt with where it started from, as its plan told. */
export interface PlannedAttempt extends Pick<Attempt, 'id' | 'number' | 'started' | 'ended' | 'endReason'> {
  firstStep: number | null;
  resumedFrom: string | null;
}

/** Attempts of a run, first to newest. */
export function listAttempts(store: Store, runId: string): PlannedAttempt[] {
  return store.db
    .prepare<[string], Omit<PlannedAttempt, 'id'> & { id: string }>(
      `SELECT id, number, started_at AS started, ended_at AS ended, end_reason AS endReason,
         CASE WHEN plan_json IS NULL THEN NULL ELSE first_step END AS firstStep, resumed_from AS resumedFrom
       FROM attempts WHERE run_id = ? ORDER BY number`,
    )
    .all(runId)
    .map((row) => ({ ...row, id: attemptIdSchema.parse(row.id) }));
}

function toAttempt(row: AttemptRow): Attempt {
  const { processJson, ...rest } = row;
  return { ...rest, id: attemptIdSchema.parse(row.id), process: processJson === null ? null : processSchema.parse(JSON.parse(processJson)) };
}
