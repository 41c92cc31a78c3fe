import type { Evaluation, EvolutionRecord, SessionDocument } from '../../../protocol/camp.ts';
import type { SessionId } from '../../../protocol/ids.ts';
import type { Store } from '../db.ts';

type Feedback = SessionDocument['feedback'][number];

export interface EvaluationRow {
  id: string;
  artifact: string;
  cycle: number;
  score: number;
  comment: string;
  by: string;
  judgeModel: string | null;
  created: string;
}

/** Every evaluation in the order in which they were given. */
export function evaluationRows(store: Store, session: SessionId): EvaluationRow[] {
  return store.db
    .prepare<[string], EvaluationRow>(
      'SELECT id, artifact_id AS artifact, cycle, score, comment, evaluator AS "by", judge_model AS judgeModel, created_at AS created FROM evaluations WHERE session_id = ? ORDER BY seq',
    )
    .all(session);
}

export function insertEvaluation(store: Store, session: SessionId, evaluation: Evaluation): void {
  store.db
    .prepare(
      `INSERT INTO evaluations (session_id, id, artifact_id, cycle, score, comment, evaluator, judge_model, created_at)
       VALUES (:session, :id, :artifact, :cycle, :score, :comment, :by, :judgeModel, :created)`,
    )
    .run({ ...evaluation, session });
}

export function feedbackRows(store: Store, session: SessionId): Feedback[] {
  return store.db.prepare<[string], Feedback>('SELECT version, text, created_at AS created FROM quickstart_feedback WHERE session_id = ? ORDER BY seq').all(session);
}

export function insertFeedback(store: Store, session: SessionId, { version, text, created }: Feedback): void {
  store.db.prepare<[string, number, string, string]>('INSERT INTO quickstart_feedback (session_id, version, text, created_at) VALUES (?, ?, ?, ?)').run(session, version, text, created);
}

/** Records of evolution as JSON, in the order of their cycles. */
export function evolutionRows(store: Store, session: SessionId): string[] {
  return store.db
    .prepare<[string], { json: string }>('SELECT record_json AS json FROM evolution_records WHERE session_id = ? ORDER BY to_cycle, label, version')
    .all(session)
    .map(({ json }) => json);
}

export function insertEvolution(store: Store, session: SessionId, record: EvolutionRecord): void {
  store.db
    .prepare(
      `INSERT INTO evolution_records (session_id, id, label, to_cycle, parent_version, version, record_json)
       VALUES (:session, :id, :lineage, :toCycle, :parentVersion, :version, :json)`,
    )
    .run({ session, id: record.id, lineage: record.lineage, toCycle: record.toCycle, parentVersion: record.parentVersion, version: record.version, json: JSON.stringify(record) });
}
