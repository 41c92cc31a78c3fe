import type { SessionId } from '../../../protocol/ids.ts';
import { transact } from '../changes.ts';
import type { Store } from '../db.ts';
import { putPayload } from './payloads.ts';

/** Where a call belongs in the journal. */
export interface CallKey {
  session: SessionId;
  /** What the call is for, such as a lineage's evolution to a cycle. */
  scope: string;
  requestSha256: string;
  /** How many equal requests of the scope came before. */
  ordinal: number;
}

export interface CallFacts {
  model: string;
  promptTokens: number | null;
  completionTokens: number | null;
  costUsd: number | null;
}

/** The answer that was stored for a call, as JSON; null where it was never answered. */
export function findAnswer(store: Store, key: CallKey): string | null {
  const row = store.db
    .prepare<[string, string, string, number], { content: string }>(
      `SELECT p.content AS content FROM model_calls c JOIN payloads p ON p.sha256 = c.answer_sha256
       WHERE c.session_id = ? AND c.scope = ? AND c.request_sha256 = ? AND c.ordinal = ? AND c.is_usable = 1`,
    )
    .get(key.session, key.scope, key.requestSha256, key.ordinal);
  return row?.content ?? null;
}

/** Stores an answer before anybody uses it: it may have cost money. */
export function insertAnswer(store: Store, key: CallKey, facts: CallFacts, answerJson: string): void {
  transact(store, () => insertCall(store, key, facts, { answer: putPayload(store, answerJson), errorCode: null }));
}

/** A call that failed: it counts, and is asked again. */
export function insertFailedCall(store: Store, key: CallKey, facts: CallFacts, errorCode: string): void {
  transact(store, () => insertCall(store, key, facts, { answer: null, errorCode }));
}

function insertCall(store: Store, key: CallKey, facts: CallFacts, outcome: { answer: string | null; errorCode: string | null }): void {
  store.db
    .prepare(
      `INSERT INTO model_calls (session_id, scope, request_sha256, ordinal, is_usable, answer_sha256, model, prompt_tokens, completion_tokens, cost_usd, error_code, at)
       VALUES (:session, :scope, :requestSha256, :ordinal, :isUsable, :answer, :model, :promptTokens, :completionTokens, :costUsd, :errorCode, :at)`,
    )
    .run({ ...key, ...facts, ...outcome, isUsable: outcome.answer === null ? 0 : 1, at: store.clock.now().toISOString() });
}

/** The answers of a scope were of no use: a further try asks again. They stay counted. */
export function discardAnswers(store: Store, session: SessionId, scope: string): void {
  transact(store, () => {
    store.db.prepare<[string, string]>('UPDATE model_calls SET is_usable = 0 WHERE session_id = ? AND scope = ? AND is_usable = 1').run(session, scope);
  });
}

/** How many calls of a scope failed or gave an answer that was of no use. */
export function wastedCalls(store: Store, session: SessionId, scope: string): number {
  const row = store.db.prepare<[string, string], { count: number }>('SELECT count(*) AS count FROM model_calls WHERE session_id = ? AND scope = ? AND is_usable = 0').get(session, scope);
  return row?.count ?? 0;
}

export interface CallTotals {
  calls: number;
  promptTokens: number;
  completionTokens: number;
  costUsd: number;
}

/** Everything that a session called in this workspace. */
export function callTotals(store: Store, session: SessionId): CallTotals {
  const row = store.db
    .prepare<[string], CallTotals>(
      `SELECT count(*) AS calls, coalesce(sum(prompt_tokens), 0) AS promptTokens, coalesce(sum(completion_tokens), 0) AS completionTokens,
         coalesce(sum(cost_usd), 0.0) AS costUsd FROM model_calls WHERE session_id = ?`,
    )
    .get(session);
  return row ?? { calls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0 };
}
