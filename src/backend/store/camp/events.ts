import { canonicalJson } from '../../../common/canonicalJson.ts';
import type { SessionId } from '../../../protocol/ids.ts';
import type { Note } from '../changes.ts';
import type { Store } from '../db.ts';
import { putPayload } from './payloads.ts';

/** What can happen to a session. */
export type CampEventKind =
  | 'created' | 'imported' | 'renamed' | 'promoted' | 'inputAdded' | 'strategiesProposed' | 'strategiesSet' | 'lineageOpened' | 'agentAdded'
  | 'cycleOpened' | 'executed' | 'stood' | 'scored' | 'locked' | 'unlocked' | 'directed' | 'directiveUsed' | 'problem' | 'feedback' | 'chatted' | 'evolved' | 'settingsChanged' | 'exported';

/** Writes what happened into the log, and marks the session as changed for those who watch. */
export function recordEvent(store: Store, note: Note, session: SessionId, event: { kind: CampEventKind; payload: unknown }): void {
  const now = store.clock.now().toISOString();
  const sha256 = putPayload(store, canonicalJson(event.payload));
  store.db.prepare<[string, string, string, string]>('INSERT INTO training_events (session_id, kind, payload_sha256, at) VALUES (?, ?, ?, ?)').run(session, event.kind, sha256, now);
  store.db.prepare<[string, string]>('UPDATE sessions SET updated_at = ? WHERE id = ?').run(now, session);
  note('sessions', session);
}

/** The newest event of a session; 0 where there is none. */
export function latestEvent(store: Store, session: SessionId): number {
  return store.db.prepare<[string], { seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM training_events WHERE session_id = ?').get(session)?.seq ?? 0;
}
