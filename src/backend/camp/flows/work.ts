import pLimit, { type LimitFunction } from 'p-limit';
import type { LineageLabel, SessionDocument } from '../../../protocol/camp.ts';
import { CampError } from '../../../protocol/errors.ts';
import type { SessionId } from '../../../protocol/ids.ts';
import type { WorkKind } from '../../../protocol/sessionWork.ts';
import type { Execute } from '../../agents/executor/executor.ts';
import type { ToolBox } from '../../agents/executor/tools/tool.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import type { KeepsAnswers } from '../../providers/keeper/answerKeeper.ts';
import { countExecutions } from '../../store/camp/executions.ts';
import { callTotals } from '../../store/camp/modelCalls.ts';
import { Journal } from '../journal.ts';
import type { OnCampProgress, WorkOptions } from '../progress.ts';
import { requireDocument, saveSession, withSession, type SessionPlace } from '../sessionStore.ts';
import type { WorkBoard } from '../workBoard.ts';

/** What work on sessions needs from outside. */
export interface WorkInit {
  resolveModel: (reference: string) => Promise<ChatModel>;
  execute: Execute;
  openTools: () => ToolBox;
  keeper: KeepsAnswers;
  /** What is under way in this process. */
  board: WorkBoard;
}

/** One piece of work on a session, with the session as it was when it began. */
export interface Work {
  place: SessionPlace;
  id: SessionId;
  document: SessionDocument;
  journal: Journal;
  agentModel: ChatModel;
  trainerModel: ChatModel;
  judgeModel: ChatModel | null;
  execute: Execute;
  tools: ToolBox;
  signal: AbortSignal;
  tell: OnCampProgress;
  /** Bounds executions over all lineages. */
  limit: LimitFunction;
}

/** A model of this machine answers one after the other anyway; a provider is not flooded. */
const localExecutions = 2;
const remoteExecutions = 8;

/** Runs work on a session alone, with its models, and saves the session's file whatever becomes of it. */
export async function work<Result>(init: WorkInit, place: SessionPlace, id: SessionId, { kind, ...options }: WorkOptions & { kind: WorkKind }, run: (work: Work) => Promise<Result>): Promise<Result> {
  const { store } = place;
  const begin = { kind, since: store.clock.now().toISOString(), countStored: (label: LineageLabel, input: number) => countExecutions(store, id, label, input) };
  return await withSession(place, id, options.signal, async (signal) => await init.board.during(id, begin, { signal, onProgress: options.onProgress }, async (watched) => await prepared(init, place, id, watched, run)));
}

async function prepared<Result>(init: WorkInit, place: SessionPlace, id: SessionId, { signal, onProgress }: WorkOptions, run: (work: Work) => Promise<Result>): Promise<Result> {
  const document = requireDocument(place, id);
  const { session, spent } = document;
  const agentModel = await init.resolveModel(session.model);
  const trainerModel = session.trainerModel === session.model ? agentModel : await init.resolveModel(session.trainerModel);
  const judgeModel = session.judgeModel === null ? null : await init.resolveModel(session.judgeModel);
  const tools = init.openTools();
  try {
    const result = await run({
      place, id, document, agentModel, trainerModel, judgeModel, tools,
      journal: new Journal({ store: place.store, session: id, costCapUsd: session.costCapUsd, spentBeforeUsd: spent.costUsd - callTotals(place.store, id).costUsd, keeper: init.keeper }),
      execute: init.execute,
      signal,
      tell: onProgress,
      limit: pLimit(agentModel.isLocal ? localExecutions : remoteExecutions),
    });
    // Every call is in the journal.
    init.keeper.forget(`${id}.`);
    return result;
  } finally {
    await tools.dispose();
    saveSession(place, id);
  }
}

/** Does something for several lineages at once, and ends when all of them have; an abort or a bug is thrown then. */
export async function forLineages<Result>(labels: readonly LineageLabel[], run: (label: LineageLabel) => Promise<Result>): Promise<Result[]> {
  const settled = await Promise.allSettled(labels.map(run));
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/** An error that a person can act on, as a lineage keeps it; anything else is thrown on. */
export function problemOf(error: unknown, signal: AbortSignal): { code: string; message: string; hint?: string } {
  signal.throwIfAborted();
  if (!(error instanceof CampError)) throw error;
  return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
}
