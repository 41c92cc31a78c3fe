import type { FailureReason, RunState } from '../../protocol/runs.ts';
import { failureReasonSchema, runStateSchema } from '../../protocol/runs.ts';
import type { Note } from './changes.ts';
import type { Store } from './db.ts';

/** What the queue knows of a run. */
export interface RunStanding {
  id: string;
  state: RunState;
  reason: FailureReason | null;
  message: string | null;
  step: number;
  totalSteps: number | null;
}

/** How a run goes on. Everything but the state is replaced, so that no reason outlives its state. */
export interface RunTransition {
  state: RunState;
  phase?: string | null;
  reason?: FailureReason | null;
  message?: string | null;
  hint?: string | null;
}

const endStates: readonly RunState[] = ['completed', 'cancelled', 'failed', 'interrupted'];

export function hasEnded(state: RunState): boolean {
  return endStates.includes(state);
}

export function readStanding(store: Store, runId: string): RunStanding | null {
  const row = store.db
    .prepare<[string], { id: string; state: string; reason: string | null; message: string | null; step: number; totalSteps: number | null }>(
      'SELECT id, state, reason, message, step, total_steps AS totalSteps FROM runs WHERE id = ?',
    )
    .get(runId);
  if (row === undefined) return null;
  return { ...row, state: runStateSchema.parse(row.state), reason: row.reason === null ? null : failureReasonSchema.parse(row.reason) };
}

/** Moves a run on. `started_at` is the first start, `ended_at` the last end, null while it is not over. */
export function setRunState(store: Store, note: Note, runId: string, to: RunTransition): void {
  const now = store.clock.now().toISOString();
  store.db
    .prepare(
      `UPDATE runs SET state = @state, phase = @phase, reason = @reason, message = @message, hint = @hint,
         started_at = CASE WHEN @starts = 1 THEN coalesce(started_at, @now) ELSE started_at END,
         ended_at = CASE WHEN @ends = 1 THEN @now ELSE NULL END
       WHERE id = @runId`,
    )
    .run({
      runId,
      state: to.state,
      phase: to.phase ?? null,
      reason: to.reason ?? null,
      message: to.message ?? null,
      hint: to.hint ?? null,
      starts: to.state === 'starting' ? 1 : 0,
      ends: hasEnded(to.state) ? 1 : 0,
      now,
    });
  note('runs', runId);
}

/** Shows what a queued run waits for. */
export function setWaitingPhase(store: Store, note: Note, runId: string, phase: string | null): void {
  const result = store.db.prepare<[string | null, string, string | null]>(`UPDATE runs SET phase = ? WHERE id = ? AND state = 'queued' AND phase IS NOT ?`).run(phase, runId, phase);
  if (result.changes === 1) note('runs', runId);
}

/** Runs that their state calls alive, though no open job stands for them: a crash between two writers of old. */
export function orphanRuns(store: Store): string[] {
  return store.db
    .prepare<[], { id: string }>(
      `SELECT id FROM runs WHERE state IN ('queued', 'starting', 'running', 'stopping')
         AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.run_id = runs.id AND jobs.status IN ('queued', 'processing'))`,
    )
    .all()
    .map((row) => row.id);
}

/** The event that ended an attempt, as JSON text: `done` or `error`, the last one. */
export function readFinalEvent(store: Store, runId: string, attemptId: string): string | null {
  const row = store.db
    .prepare<[string, string], { event: string }>(
      `SELECT event_json AS event FROM run_events WHERE run_id = ? AND attempt_id = ? AND kind IN ('done', 'error') ORDER BY seq DESC LIMIT 1`,
    )
    .get(runId, attemptId);
  return row?.event ?? null;
}

/** The job that stands for a run now. */
export function attachJob(store: Store, runId: string, jobId: string): void {
  store.db.prepare<[string, string]>('UPDATE runs SET job_id = ? WHERE id = ?').run(jobId, runId);
}
