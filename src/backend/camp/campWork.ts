import type { z } from 'zod';
import type { LineageLabel, PromotionKind, SessionDocument, Strategy } from '../../protocol/camp.ts';
import type { LineageOutcome, SessionState, sessionReportSchema, SessionWorkResult } from '../../protocol/sessionResults.ts';
import { evolveQuickStart } from './flows/feedback.ts';
import { regenerate } from './flows/evolve.ts';
import { suggest } from './flows/inputs.ts';
import { judgeStanding } from './flows/judge.ts';
import { promote } from './flows/promote.ts';
import { retry } from './flows/retry.ts';
import { confirm, propose } from './flows/strategies.ts';
import { work, type Work, type WorkInit } from './flows/work.ts';
import { heldOutReport } from './heldOut.ts';
import { calibrate } from './judge/calibrate.ts';
import type { WorkOptions } from './progress.ts';
import { sessionState } from './sessionState.ts';
import { fileOf, findSession, requireDocument, type SessionPlace } from './sessionStore.ts';
import type { SuggestedInput } from './trainer/suggestInputs.ts';

/**
 * What asks models. It runs in the process that calls it and can be cancelled; one piece of work at a time on a session.
 * Whatever ends it, a lineage is wholly at its old cycle or wholly at the next, and what was answered is not asked again.
 */
export interface CampWork {
  suggestInputs(reference: string, count: number, options: WorkOptions): Promise<{ inputs: SuggestedInput[] }>;
  /** Four strategies, or others in place of the named ones. */
  propose(reference: string, replace: LineageLabel[] | null, options: WorkOptions): Promise<SessionState>;
  /** Null confirms the strategies as they were proposed or set. */
  confirm(reference: string, strategies: Strategy[] | null, options: WorkOptions): Promise<SessionWorkResult>;
  regenerate(reference: string, only: LineageLabel[] | null, options: WorkOptions): Promise<SessionWorkResult>;
  retry(reference: string, only: LineageLabel | null, options: WorkOptions): Promise<SessionWorkResult>;
  feedback(reference: string, text: string, options: WorkOptions): Promise<SessionWorkResult>;
  /** Answers the new session. */
  promote(reference: string, kind: PromotionKind, options: WorkOptions): Promise<SessionWorkResult>;
  judge(reference: string, options: WorkOptions): Promise<SessionState>;
  /** Held-out scores, and how far the judge agrees with the person. Asks nobody. */
  report(reference: string): z.output<typeof sessionReportSchema>;
}

export function makeCampWork(init: WorkInit, placeOf: () => SessionPlace): CampWork {
  const doing = async <Result>(reference: string, options: WorkOptions, run: (work: Work) => Promise<Result>): Promise<Result> => {
    const place = placeOf();
    return await work(init, place, findSession(place, reference), options, run);
  };
  const stateOf = (document: SessionDocument): SessionState => sessionState(document, fileOf(placeOf(), document.session.id));
  const resultOf = ({ place, id }: Work, outcomes: LineageOutcome[]): SessionWorkResult => ({ ...stateOf(requireDocument(place, id)), outcomes });
  return {
    suggestInputs: async (reference, count, options) => ({ inputs: await doing(reference, options, async (one) => await suggest(one, count)) }),
    propose: async (reference, replace, options) => stateOf(await doing(reference, options, async (one) => await propose(one, replace))),
    confirm: async (reference, strategies, options) => await doing(reference, options, async (one) => resultOf(one, await confirm(one, strategies))),
    regenerate: async (reference, only, options) => await doing(reference, options, async (one) => resultOf(one, await regenerate(one, only))),
    retry: async (reference, only, options) => await doing(reference, options, async (one) => resultOf(one, await retry(one, only))),
    feedback: async (reference, text, options) => await doing(reference, options, async (one) => resultOf(one, await evolveQuickStart(one, text))),
    promote: async (reference, kind, options) => {
      const promoted = await doing(reference, options, async (one) => await promote(one, kind));
      return await doing(promoted, options, async (one) => resultOf(one, await confirm(one, null)));
    },
    judge: async (reference, options) => stateOf(await doing(reference, options, judgeStanding)),
    report: (reference) => {
      const place = placeOf();
      const document = requireDocument(place, findSession(place, reference));
      return { session: document.session.id, heldOut: heldOutReport(document), judges: calibrate(document) };
    },
  };
}
