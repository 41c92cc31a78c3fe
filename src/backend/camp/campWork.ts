import type { z } from 'zod';
import type { LineageLabel, PromotionKind, SessionDocument, Strategy } from '../../protocol/camp.ts';
import type { ChatResult, LineageOutcome, SessionState, sessionReportSchema, SessionWorkResult } from '../../protocol/sessionResults.ts';
import { chat, type Said } from './flows/chat.ts';
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
import { askToEnd, fileOf, findSession, requireDocument, endWork, workerOf, type SessionPlace } from './sessionStore.ts';
import { countExecutions } from '../store/camp/executions.ts';
import type { CancelSessionResult, SessionWork, SessionWorker, WorkKind } from '../../protocol/sessionWork.ts';
import type { SuggestedInput } from './trainer/suggestInputs.ts';

const endWaitMs = 30_000;

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
  /** Talks with the trainer. It changes nothing; what it suggests a person may take. */
  chat(reference: string, said: Said, options: WorkOptions): Promise<ChatResult>;
  /** What is under way on a session, in this process or another, and how the last work of this one ended. `input` is the number of the one whose texts are wanted. */
  current(reference: string, input: number | null): SessionWork;
  /** Asks the work on a session to end, whichever process does it. False: there is none. */
  cancel(reference: string): boolean;
  /** The process that works on a session; null where none does. */
  worker(reference: string): SessionWorker | null;
  /** Asks as well, and waits for the end, half a minute at most. `onWait` hears of work that is there. */
  end(reference: string, options: { signal: AbortSignal; onWait: (worker: SessionWorker) => void }): Promise<CancelSessionResult>;
  /** Held-out scores, and how far the judge agrees with the person. Asks nobody. */
  report(reference: string): z.output<typeof sessionReportSchema>;
}

export function makeCampWork(init: WorkInit, placeOf: () => SessionPlace): CampWork {
  const doing = async <Result>(reference: string, kind: WorkKind, options: WorkOptions, run: (work: Work) => Promise<Result>): Promise<Result> => {
    const place = placeOf();
    return await work(init, place, findSession(place, reference), { ...options, kind }, run);
  };
  const stateOf = (document: SessionDocument): SessionState => sessionState(document, fileOf(placeOf(), document.session.id));
  const resultOf = ({ place, id }: Work, outcomes: LineageOutcome[]): SessionWorkResult => ({ ...stateOf(requireDocument(place, id)), outcomes });
  return {
    suggestInputs: async (reference, count, options) => {
      const place = placeOf();
      const inputs = await doing(reference, 'suggestInputs', options, async (one) => await suggest(one, count));
      init.board.keepSuggested(findSession(place, reference), inputs);
      return { inputs };
    },
    propose: async (reference, replace, options) => stateOf(await doing(reference, 'propose', options, async (one) => await propose(one, replace))),
    confirm: async (reference, strategies, options) => await doing(reference, 'confirm', options, async (one) => resultOf(one, await confirm(one, strategies))),
    regenerate: async (reference, only, options) => await doing(reference, 'regenerate', options, async (one) => resultOf(one, await regenerate(one, only))),
    retry: async (reference, only, options) => await doing(reference, 'retry', options, async (one) => resultOf(one, await retry(one, only))),
    feedback: async (reference, text, options) => await doing(reference, 'feedback', options, async (one) => resultOf(one, await evolveQuickStart(one, text))),
    // Both sessions are worked on until the new one's agents have answered: either panel shows it, and can end it.
    promote: async (reference, kind, options) =>
      await doing(reference, 'promote', options, async (outer) =>
        await doing(await promote(outer, kind), 'confirm', { signal: outer.signal, onProgress: outer.tell }, async (one) => resultOf(one, await confirm(one, null)))),
    judge: async (reference, options) => stateOf(await doing(reference, 'judge', options, judgeStanding)),
    chat: async (reference, said, options) => {
      const { session, conversation } = await doing(reference, 'chat', options, async (one) => await chat(one, said));
      return { session: session.id, conversation };
    },
    current: (reference, input) => {
      const place = placeOf();
      const id = findSession(place, reference);
      const here = init.board.read(id, input, (label, number) => countExecutions(place.store, id, label, number));
      const worker = here.work === null ? workerOf(place, id) : null;
      return worker === null ? here : { work: { kind: 'elsewhere', since: worker.since, message: '', share: null, reply: '', texts: [] }, ended: null };
    },
    cancel: (reference) => {
      const place = placeOf();
      return askToEnd(place, findSession(place, reference));
    },
    worker: (reference) => {
      const place = placeOf();
      return workerOf(place, findSession(place, reference));
    },
    end: async (reference, options) => {
      const place = placeOf();
      const id = findSession(place, reference);
      const { name } = requireDocument(place, id).session;
      return { session: id, name, ...(await endWork(place, id, { ...options, timeoutMs: endWaitMs })) };
    },
    report: (reference) => {
      const place = placeOf();
      const document = requireDocument(place, findSession(place, reference));
      return { session: document.session.id, heldOut: heldOutReport(document), judges: calibrate(document) };
    },
  };
}
