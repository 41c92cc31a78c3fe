import type { Evaluation, SessionDocument } from '../../../protocol/camp.ts';
import type { LeftOut } from '../../../protocol/sessionExport.ts';
import { ExportCases, type Answer } from './cases.ts';
import type { Judged } from './pairs.ts';

/** Null takes an answer with this score; otherwise why it is left out. */
export type Sieve = (evaluation: Evaluation) => Pick<LeftOut, 'reason' | 'detail'> | null;

/** Answers one by one, each once though it may stand in several cycles, and those that are left out with the reason. */
export function findSingles(document: SessionDocument, includeJudge: boolean, sieve: Sieve): { singles: Judged[]; leftOut: LeftOut[] } {
  const cases = new ExportCases(document);
  const singles: Judged[] = [];
  const leftOut: LeftOut[] = [];
  const artifacts = new Set<string>();
  const texts = new Set<string>();
  for (const { cycle, input, labels } of cases.places()) {
    for (const label of labels) {
      const found = cases.find(cycle, input, label);
      const artifact = found?.isThere === true ? found.answer.artifact : (found?.artifact ?? null);
      // Standing on is no second answer, and nothing that was left out.
      if (found === null || (artifact !== null && artifacts.has(artifact.id))) continue;
      if (artifact !== null) artifacts.add(artifact.id);
      const omit = ({ reason, detail }: Pick<LeftOut, 'reason' | 'detail'>) =>
        void leftOut.push({ reason, detail, cycle: cycle.number, input: input.number, lineages: [label], artifacts: artifact === null ? [] : [artifact.id] });
      if (input.split === 'heldOut') omit({ reason: 'held_out', detail: `Input ${String(input.number)} is held out.` });
      else if (!found.isThere) omit(found);
      else {
        const evaluation = evaluationOf(found.answer, includeJudge);
        const key = JSON.stringify([input.text, found.answer.artifact.content.trim()]);
        const problem = evaluation === null ? unscored(found.answer) : texts.has(key) ? { reason: 'repeated' as const, detail: 'The same answer to the same input is a row already.' } : sieve(evaluation);
        if (problem !== null) omit(problem);
        else if (evaluation !== null) {
          texts.add(key);
          singles.push({ answer: found.answer, evaluation });
        }
      }
    }
  }
  return { singles, leftOut };
}

function evaluationOf({ user, judge }: Answer, includeJudge: boolean): Evaluation | null {
  return user ?? (includeJudge ? judge : null);
}

function unscored({ label }: Answer): Pick<LeftOut, 'reason' | 'detail'> {
  return { reason: 'unscored', detail: `${label} has no score of a person.` };
}
