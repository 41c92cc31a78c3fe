import type { SegmentBlame } from '../../../protocol/camp.ts';
import type { Execute } from '../../agents/executor/executor.ts';
import type { ToolBox } from '../../agents/executor/tools/tool.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import { guessBlame } from './creditOpinion.ts';
import type { Evidence } from './evidence.ts';
import { callsOfRound, measureBlame } from './leaveOneOut.ts';
import { blameByLikelihood } from './logProbability.ts';
import { promptParts } from './promptParts.ts';

export interface CreditRequest {
  trainerModel: ChatModel;
  agentModel: ChatModel;
  /** Null: nothing can be judged, so nothing is measured by leaving out. */
  judgeModel: ChatModel | null;
  execute: Execute;
  tools: ToolBox;
  maxCalls: number;
}

export interface Credit {
  segments: SegmentBlame[];
  /** Calls of models that measuring took. Guessing takes one that is not counted here, and likelihoods are no calls. */
  calls: number;
  notes: string[];
}

/** More segments than this share too few answers each. */
const mostSegments = 12;

/**
 * Blame of the segments of an agent's prompts: measured by leaving out where there is a judge and enough calls; else by what the
 * agent's model makes of liked and disliked answers, where it tells; else a model's opinion, labelled.
 */
export async function assignCredit(evidence: Evidence, request: CreditRequest, options: { signal: AbortSignal; onProgress: (calls: number, of: number) => void }): Promise<Credit> {
  const { parts: segments, isWhole } = promptParts(evidence.agent.definition, mostFor(evidence, request.maxCalls));
  if (segments.length < 2) return { segments: [], calls: 0, notes: ['The prompt has a single segment: there is nothing to tell apart.'] };
  const unseen = isWhole ? [] : [`The agent has more prompts than credit can tell apart: its ${String(segments.length)} longest were looked at.`];
  const { judgeModel } = request;
  const measured = judgeModel === null ? null : await measureBlame(evidence, segments, { ...request, judgeModel }, options);
  if (measured !== null) return { segments: measured.credit, calls: measured.calls, notes: [...unseen, ...measured.notes] };
  const likely = await blameByLikelihood(request.agentModel, evidence, segments, options);
  if (likely !== null) return { segments: likely, calls: 0, notes: unseen };
  const guessed = await guessBlame(request.trainerModel, evidence, segments, options);
  const why = judgeModel === null ? 'no judge is set' : `${String(request.maxCalls)} calls are too few to measure ${String(segments.length)} segments`;
  return { segments: guessed.value, calls: 0, notes: [...unseen, `Which part of the prompt helps or harms is a model’s opinion: ${why}.`, ...guessed.notes] };
}

/** An answer of a flow takes several calls: with fewer and longer segments each of them can still be left out once. */
function mostFor(evidence: Evidence, maxCalls: number): number {
  if (evidence.agent.definition.flow.length === 0) return mostSegments;
  const fitting = Array.from({ length: mostSegments }, (_, index) => mostSegments - index).find((count) => count === 2 || callsOfRound(evidence.cases, count) <= maxCalls);
  return fitting ?? mostSegments;
}
