import type { Evaluation, SessionDocument } from '../../../protocol/camp.ts';
import type { Json } from '../../../protocol/json.ts';
import type { Answer } from './cases.ts';

/** Where one answer of a row comes from, with the ids that stay true in the dataset and the run. */
export function provenanceOf({ label, execution, artifact }: Answer, evaluation: Evaluation): Record<string, Json> {
  return {
    lineage: label,
    agentVersion: execution.version,
    execution: execution.id,
    artifact: artifact.id,
    evaluation: evaluation.id,
    score: evaluation.score,
    by: evaluation.by,
  };
}

/** What a whole row belongs to. */
export function placeOf(document: SessionDocument, { input, cycle }: Answer): Record<string, Json> {
  return { session: document.session.id, input: input.id, cycle };
}
