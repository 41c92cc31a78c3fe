import type { Session, SessionDocument, Strategy } from '../../../protocol/camp.ts';
import { sessionIdSchema, type SessionId } from '../../../protocol/ids.ts';
import type { Note } from '../changes.ts';
import type { Store } from '../db.ts';
import { recordEvent } from './events.ts';
import { dropUnusedPayloads } from './payloads.ts';

/** A session as stored; times and stage are kept by the functions below. */
export interface SessionRow {
  id: string;
  name: string;
  need: string;
  constraints: string;
  mode: string;
  stage: string;
  promotedSession: string | null;
  promotedVersion: number | null;
  promotedKind: string | null;
  model: string;
  trainerModel: string;
  judgeModel: string | null;
  costCapUsd: number | null;
  strategiesJson: string;
  spentBeforeJson: string;
  created: string;
  updated: string;
  savedSeq: number;
  savedSha256: string | null;
}

const columns = `id, name, need, constraints_text AS constraints, mode, stage, promoted_session AS promotedSession, promoted_version AS promotedVersion, promoted_kind AS promotedKind, model,
  trainer_model AS trainerModel, judge_model AS judgeModel, cost_cap_usd AS costCapUsd, strategies_json AS strategiesJson, spent_before_json AS spentBeforeJson,
  created_at AS created, updated_at AS updated, saved_seq AS savedSeq, saved_sha256 AS savedSha256`;

/** Every session, newest first. */
export function listSessionRows(store: Store): SessionRow[] {
  return store.db.prepare<[], SessionRow>(`SELECT ${columns} FROM sessions WHERE removed_at IS NULL ORDER BY created_at DESC, id DESC`).all();
}

export function findSessionRow(store: Store, id: string): SessionRow | null {
  return store.db.prepare<[string], SessionRow>(`SELECT ${columns} FROM sessions WHERE id = ? AND removed_at IS NULL`).get(id) ?? null;
}

/** Ids that a reference means: the id itself, the beginning of it, or a name. */
export function matchingSessions(store: Store, reference: string): SessionId[] {
  return store.db
    .prepare<[string, string, string, string], { id: string }>(
      `SELECT id FROM sessions WHERE removed_at IS NULL AND (id = ? OR substr(id, 1, length(?)) = ? OR name = ?) ORDER BY created_at DESC, id DESC`,
    )
    .all(reference, reference, reference, reference)
    .map(({ id }) => sessionIdSchema.parse(id));
}

export function insertSession(store: Store, session: Session, extra: { strategies: readonly Strategy[]; spentBefore: SessionDocument['spent'] }): void {
  store.db
    .prepare(
      `INSERT INTO sessions (id, name, need, constraints_text, mode, stage, promoted_session, promoted_version, promoted_kind, model, trainer_model, judge_model, cost_cap_usd,
         strategies_json, spent_before_json, created_at, updated_at)
       VALUES (:id, :name, :need, :constraints, :mode, :stage, :promotedSession, :promotedVersion, :promotedKind, :model, :trainerModel, :judgeModel, :costCapUsd,
         :strategies, :spentBefore, :created, :updated)`,
    )
    .run({
      ...session,
      promotedSession: session.promotedFrom?.session ?? null,
      promotedVersion: session.promotedFrom?.version ?? null,
      promotedKind: session.promotedFrom?.kind ?? null,
      strategies: JSON.stringify(extra.strategies),
      spentBefore: JSON.stringify(extra.spentBefore),
    });
}

export function setStage(store: Store, id: SessionId, stage: Session['stage']): void {
  store.db.prepare<[string, string]>('UPDATE sessions SET stage = ? WHERE id = ?').run(stage, id);
}

export function setStrategies(store: Store, id: SessionId, strategies: readonly Strategy[]): void {
  store.db.prepare<[string, string]>('UPDATE sessions SET strategies_json = ? WHERE id = ?').run(JSON.stringify(strategies), id);
}

export type SessionSettings = Pick<Session, 'name' | 'model' | 'trainerModel' | 'judgeModel' | 'costCapUsd'>;

export function setSessionSettings(store: Store, id: SessionId, settings: SessionSettings): void {
  store.db
    .prepare('UPDATE sessions SET name = :name, model = :model, trainer_model = :trainerModel, judge_model = :judgeModel, cost_cap_usd = :costCapUsd WHERE id = :id')
    .run({ ...settings, id });
}

/** Notes what the session's file tells of. */
export function setSaved(store: Store, id: SessionId, saved: { seq: number; sha256: string }): void {
  store.db.prepare<[number, string, string]>('UPDATE sessions SET saved_seq = ?, saved_sha256 = ? WHERE id = ?').run(saved.seq, saved.sha256, id);
}

/** Forgets a session and all of its rows. */
export function removeSession(store: Store, note: Note, id: SessionId): void {
  const now = store.clock.now().toISOString();
  store.db.prepare<[string, string]>('UPDATE sessions SET removed_at = ? WHERE id = ?').run(now, id);
  // The triggers that keep rows look at the session's: it goes last.
  for (const table of ['model_calls', 'training_events', 'evaluations', 'standings', 'executions'] as const) store.db.prepare<[string]>(deletions[table]).run(id);
  store.db.prepare<[string]>('DELETE FROM sessions WHERE id = ?').run(id);
  dropUnusedPayloads(store);
  note('sessions', id);
}

const deletions = {
  model_calls: 'DELETE FROM model_calls WHERE session_id = ?',
  training_events: 'DELETE FROM training_events WHERE session_id = ?',
  evaluations: 'DELETE FROM evaluations WHERE session_id = ?',
  standings: 'DELETE FROM standings WHERE session_id = ?',
  executions: 'DELETE FROM executions WHERE session_id = ?',
};

/** Bytes of a session's texts: what the quota counts. Texts that two sessions share count for both. */
export function sessionBytes(store: Store, id: SessionId): number {
  const row = store.db
    .prepare<[string, string, string, string, string, string, string], { bytes: number }>(
      `SELECT coalesce(sum(bytes), 0) + (SELECT coalesce(sum(octet_length(message_json)), 0) FROM chat_messages WHERE session_id = ?) AS bytes FROM payloads WHERE sha256 IN (
         SELECT definition_sha256 FROM agent_definitions WHERE session_id = ? UNION SELECT text_sha256 FROM inputs WHERE session_id = ?
         UNION SELECT content_sha256 FROM artifacts WHERE session_id = ? UNION SELECT trace_sha256 FROM executions WHERE session_id = ?
         UNION SELECT payload_sha256 FROM training_events WHERE session_id = ? UNION SELECT answer_sha256 FROM model_calls WHERE session_id = ?)`,
    )
    .get(id, id, id, id, id, id, id);
  return row?.bytes ?? 0;
}

/** Changes rows of a session together with what is told of it. */
export function recordRenaming(store: Store, note: Note, id: SessionId, name: string): void {
  store.db.prepare<[string, string]>('UPDATE sessions SET name = ? WHERE id = ?').run(name, id);
  recordEvent(store, note, id, { kind: 'renamed', payload: { name } });
}
