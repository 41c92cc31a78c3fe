import type { Artifact, CampInput, Execution } from '../../../protocol/camp.ts';
import type { SessionId } from '../../../protocol/ids.ts';
import type { Store } from '../db.ts';
import { putPayload } from './payloads.ts';

export interface InputRow {
  id: string;
  number: number;
  text: string;
  split: string;
}

export function inputRows(store: Store, session: SessionId): InputRow[] {
  return store.db
    .prepare<[string], InputRow>('SELECT i.id AS id, i.number AS number, p.content AS text, i.split AS split FROM inputs i JOIN payloads p ON p.sha256 = i.text_sha256 WHERE i.session_id = ? ORDER BY i.number')
    .all(session);
}

export function insertInput(store: Store, session: SessionId, input: CampInput): void {
  store.db
    .prepare<[string, string, number, string, string]>('INSERT INTO inputs (session_id, id, number, split, text_sha256) VALUES (?, ?, ?, ?, ?)')
    .run(session, input.id, input.number, input.split, putPayload(store, input.text));
}

export interface ExecutionRow {
  id: string;
  lineage: string;
  version: number;
  input: string;
  cycle: number;
  attempt: number;
  state: string;
  model: string;
  parametersJson: string;
  promptSha256: string | null;
  promptTokens: number | null;
  completionTokens: number | null;
  seconds: number | null;
  costUsd: number | null;
  errorJson: string | null;
  artifact: string | null;
  traceJson: string | null;
  created: string | null;
}

/** Executions in the order of their cycles, lineages, inputs and attempts. */
export function executionRows(store: Store, session: SessionId): ExecutionRow[] {
  return store.db
    .prepare<[string], ExecutionRow>(
      `SELECT e.id AS id, e.label AS lineage, e.version AS version, e.input_id AS input, e.cycle AS cycle, e.attempt AS attempt, e.state AS state, e.model AS model,
         e.parameters_json AS parametersJson, e.prompt_sha256 AS promptSha256, e.prompt_tokens AS promptTokens, e.completion_tokens AS completionTokens, e.seconds AS seconds,
         e.cost_usd AS costUsd, e.error_json AS errorJson, e.artifact_id AS artifact, p.content AS traceJson, e.created_at AS created
       FROM executions e JOIN inputs i ON i.session_id = e.session_id AND i.id = e.input_id LEFT JOIN payloads p ON p.sha256 = e.trace_sha256
       WHERE e.session_id = ? ORDER BY e.cycle, e.label, i.number, e.version, e.attempt`,
    )
    .all(session);
}

/** How many executions a lineage has on the input of a number. */
export function countExecutions(store: Store, session: SessionId, label: string, input: number): number {
  return (
    store.db
      .prepare<[string, string, number], { n: number }>('SELECT count(*) AS n FROM executions e JOIN inputs i ON i.session_id = e.session_id AND i.id = e.input_id WHERE e.session_id = ? AND e.label = ? AND i.number = ?')
      .get(session, label, input)?.n ?? 0
  );
}

export function insertExecution(store: Store, session: SessionId, execution: Execution): void {
  store.db
    .prepare(
      `INSERT INTO executions (session_id, id, label, version, input_id, cycle, attempt, state, model, parameters_json, prompt_sha256, prompt_tokens, completion_tokens,
         seconds, cost_usd, error_json, artifact_id, trace_sha256, created_at)
       VALUES (:session, :id, :lineage, :version, :input, :cycle, :attempt, :state, :model, :parameters, :promptSha256, :promptTokens, :completionTokens,
         :seconds, :costUsd, :error, :artifact, :trace, :created)`,
    )
    .run({
      ...execution,
      session,
      parameters: JSON.stringify(execution.parameters),
      promptSha256: execution.promptSha256 ?? null,
      error: execution.error === null ? null : JSON.stringify(execution.error),
      trace: execution.trace.length === 0 ? null : putPayload(store, JSON.stringify(execution.trace)),
      created: execution.created ?? null,
    });
}

export interface ArtifactRow {
  id: string;
  content: string;
  sha256: string;
}

export function artifactRows(store: Store, session: SessionId): ArtifactRow[] {
  return store.db
    .prepare<[string], ArtifactRow>('SELECT a.id AS id, p.content AS content, a.content_sha256 AS sha256 FROM artifacts a JOIN payloads p ON p.sha256 = a.content_sha256 WHERE a.session_id = ? ORDER BY a.id')
    .all(session);
}

export function insertArtifact(store: Store, session: SessionId, artifact: Pick<Artifact, 'id' | 'content'>): void {
  store.db.prepare<[string, string, string]>('INSERT INTO artifacts (session_id, id, content_sha256) VALUES (?, ?, ?)').run(session, artifact.id, putPayload(store, artifact.content));
}
