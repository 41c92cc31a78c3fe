import type { TrainerEvent } from '../../protocol/events.ts';
import { transact } from './changes.ts';
import type { Store } from './db.ts';
import { appendPoints, type Points } from './metrics.ts';
import type { Db } from './sqlite.ts';

export interface Offset {
  byteOffset: number;
  /** The newest event that was stored, of this attempt. */
  lastSeq: number;
  attempt: string | null;
}

/** What a run shows of itself, as far as its events have told. Null leaves the stored value. */
export interface Snapshot {
  phase: string | null;
  step: number | null;
  totalSteps: number | null;
  epoch: number | null;
  loss: number | null;
  validationLoss: number | null;
  bestValidationLoss: number | null;
  tokensPerSecond: number | null;
  stepSeconds: number | null;
  device: string | null;
  isTraining: boolean;
}

export interface EventBatch {
  runId: string;
  /** Where the batch was read from: another reader may have stored it in the meantime. */
  from: Offset;
  to: Offset;
  events: readonly TrainerEvent[];
  points: ReadonlyMap<string, ReadonlyMap<string, Points>>;
  snapshot: Snapshot;
  broken: number;
}

const start: Offset = { byteOffset: 0, lastSeq: 0, attempt: null };

/** Up to where a run's events are stored. */
export function readOffset(store: Store, runId: string): Offset {
  const row = statements(store.db).offset.get(runId);
  return row ?? start;
}

/** The smoothed speeds that the next batch goes on from. */
export interface Speeds {
  tokensPerSecond: number | null;
  stepSeconds: number | null;
}

export function readSpeeds(store: Store, runId: string): Speeds {
  return statements(store.db).speeds.get(runId) ?? { tokensPerSecond: null, stepSeconds: null };
}

/**
 * Stores a batch and its offset in one transaction: events, points, the run's snapshot, the changes row. Answers false,
 * with nothing stored, when the offset is no longer the one that the batch was read from.
 */
export function storeEvents(store: Store, batch: EventBatch): boolean {
  return transact(store, (note) => {
    const sql = statements(store.db);
    const stored = readOffset(store, batch.runId);
    if (stored.byteOffset !== batch.from.byteOffset || stored.lastSeq !== batch.from.lastSeq || stored.attempt !== batch.from.attempt) return false;
    for (const event of batch.events) {
      if (event.kind === 'step' || event.kind === 'telemetry' || event.kind === 'progress') continue;
      sql.addEvent.run(batch.runId, event.attempt, event.seq, event.kind, event.t, JSON.stringify(event));
      if (event.kind === 'plan') sql.setPlan.run(event.firstStep, event.resumedFrom, JSON.stringify(event), event.attempt, batch.runId);
    }
    for (const [attempt, series] of batch.points) appendPoints(store.db, batch.runId, attempt, series);
    const { isTraining, ...columns } = batch.snapshot;
    sql.setSnapshot.run({ ...columns, broken: batch.broken, runId: batch.runId });
    if (isTraining) sql.setRunning.run(batch.runId);
    sql.setOffset.run(batch.runId, batch.to.byteOffset, batch.to.lastSeq, batch.to.attempt);
    note('runs', batch.runId);
    return true;
  });
}

/** A stored event that is no point of a series. */
export interface StoredEvent {
  attempt: string;
  seq: number;
  kind: string;
  at: number;
  eventJson: string;
}

/** Events of some kinds, oldest first. */
export function listEvents(store: Store, runId: string, kinds: readonly string[]): StoredEvent[] {
  return statements(store.db).events.all(runId, JSON.stringify(kinds));
}

const prepared = new WeakMap<Db, ReturnType<typeof prepare>>();

function statements(db: Db): ReturnType<typeof prepare> {
  const known = prepared.get(db);
  if (known !== undefined) return known;
  const fresh = prepare(db);
  prepared.set(db, fresh);
  return fresh;
}

function prepare(db: Db) {
  return {
    offset: db.prepare<[string], Offset>('SELECT byte_offset AS byteOffset, last_seq AS lastSeq, attempt_id AS attempt FROM event_offsets WHERE run_id = ?'),
    speeds: db.prepare<[string], Speeds>('SELECT tokens_per_second AS tokensPerSecond, step_seconds AS stepSeconds FROM runs WHERE id = ?'),
    setOffset: db.prepare<[string, number, number, string | null]>(
      `INSERT INTO event_offsets (run_id, byte_offset, last_seq, attempt_id) VALUES (?, ?, ?, ?)
       ON CONFLICT (run_id) DO UPDATE SET byte_offset = excluded.byte_offset, last_seq = excluded.last_seq, attempt_id = excluded.attempt_id`,
    ),
    addEvent: db.prepare<[string, string, number, string, number, string]>(
      'INSERT OR IGNORE INTO run_events (run_id, attempt_id, seq, kind, at, event_json) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    setPlan: db.prepare<[number, string | null, string, string, string]>(
      'UPDATE attempts SET first_step = ?, resumed_from = ?, plan_json = ? WHERE id = ? AND run_id = ?',
    ),
    setSnapshot: db.prepare(
      `UPDATE runs SET phase = coalesce(@phase, phase), step = coalesce(@step, step), total_steps = coalesce(@totalSteps, total_steps),
         epoch = coalesce(@epoch, epoch), loss = coalesce(@loss, loss), validation_loss = coalesce(@validationLoss, validation_loss),
         best_validation_loss = coalesce(@bestValidationLoss, best_validation_loss),
         tokens_per_second = coalesce(@tokensPerSecond, tokens_per_second), step_seconds = coalesce(@stepSeconds, step_seconds),
         device = coalesce(@device, device), broken_events = broken_events + @broken
       WHERE id = @runId`,
    ),
    // Stopping and the ends are the worker's to say: a late event must not call a run back.
    setRunning: db.prepare<[string]>(`UPDATE runs SET state = 'running' WHERE id = ? AND state = 'starting'`),
    events: db.prepare<[string, string], StoredEvent>(
      `SELECT attempt_id AS attempt, seq, kind, at, event_json AS eventJson FROM run_events
       WHERE run_id = ? AND kind IN (SELECT value FROM json_each(?)) ORDER BY at, seq`,
    ),
  };
}
