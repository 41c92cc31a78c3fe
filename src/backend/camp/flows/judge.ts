import type { Evaluation, SessionDocument } from '../../../protocol/camp.ts';
import { CampError, failure } from '../../../protocol/errors.ts';
import { evaluationIdSchema } from '../../../protocol/ids.ts';
import { newId } from '../../platform/newId.ts';
import { insertEvaluation } from '../../store/camp/evaluations.ts';
import { recordEvent } from '../../store/camp/events.ts';
import { preScore } from '../judge/preScore.ts';
import { changeSession } from '../sessionStore.ts';
import type { StandingCase } from '../standings.ts';
import { seedOf } from '../trainer/seeds.ts';
import { presentCases } from '../transitions.ts';
import { stoppingCodes } from '../journal.ts';
import { problemOf, type Work } from './work.ts';

/** Lets the judge score what stands now and it has not scored yet. Its scores stay apart from the person's. */
export async function judgeStanding(work: Work): Promise<SessionDocument> {
  const { document, judgeModel } = work;
  if (judgeModel === null) throw failure('judge_missing', 'The session has no judge.', { hint: 'Choose one in the session’s settings, or with training session set S --judge-model MODEL' });
  const waiting = presentCases(document).filter(({ judge }) => judge?.judgeModel !== judgeModel.reference);
  let latest = document;
  let done = 0;
  const settled = await Promise.allSettled(
    waiting.map(
      async (one) =>
        await work.limit(async () => {
          latest = (await judgeOne(work, one)) ?? latest;
          done += 1;
          work.tell({ message: `${String(done)} of ${String(waiting.length)} answers judged`, share: done / waiting.length, piece: null });
        }),
    ),
  );
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
  return latest;
}

async function judgeOne(work: Work, { label, cycle, input, artifact }: StandingCase): Promise<SessionDocument | null> {
  const { document, judgeModel, journal, place, id, signal } = work;
  if (judgeModel === null) return null;
  const { need, constraints } = document.session;
  const scope = `judge ${artifact.id}`;
  try {
    const { value } = await preScore(journal.on(judgeModel, () => scope, 0), { need, constraints, input: input.text, artifact: artifact.content }, seedOf('judge', id, artifact.id), { signal });
    const now = place.store.clock.now();
    const evaluation: Evaluation = { id: evaluationIdSchema.parse(newId('ev', now)), artifact: artifact.id, cycle, score: value.score, comment: value.reason, by: 'judge', judgeModel: judgeModel.reference, created: now.toISOString() };
    return changeSession(place, id, (note) => {
      insertEvaluation(place.store, id, evaluation);
      recordEvent(place.store, note, id, { kind: 'scored', payload: { lineage: label, ...evaluation } });
    });
  } catch (error) {
    if (error instanceof CampError && stoppingCodes.has(error.code)) throw error;
    problemOf(error, signal);
    journal.settleFailure(scope);
    throw error;
  }
}
