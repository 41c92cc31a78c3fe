import type { SegmentBlame } from '../../../protocol/camp.ts';
import type { Execute } from '../../agents/executor/executor.ts';
import type { ToolBox } from '../../agents/executor/tools/tool.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import { guessBlame } from './creditOpinion.ts';
import type { Evidence } from './evidence.ts';
import { measureBlame } from './leaveOneOut.ts';
import { blameByLikelihood } from './logProbability.ts';
import { splitPrompt } from './segments.ts';

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
 * Blame of the prompt's segments: measured by leaving out where there is a judge and enough calls; else by what the
 * agent's model makes of liked and disliked answers, where it tells; else a model's opinion, labelled.
 */
export async function assignCredit(evidence: Evidence, request: CreditRequest, options: { signal: AbortSignal; onProgress: (calls: number, of: number) => void }): Promise<Credit> {
  const segments = splitPrompt(evidence.agent.definition.systemPrompt, mostSegments);
  if (segments.length < 2) return { segments: [], calls: 0, notes: ['The prompt has a single segment: there is nothing to tell apart.'] };
  const { judgeModel } = request;
  const measured = judgeModel === null ? null : await measureBlame(evidence, segments, { ...request, judgeModel }, options);
  if (measured !== null) return { segments: measured.credit, calls: measured.calls, notes: measured.notes };
  const likely = await blameByLikelihood(request.agentModel, evidence, segments, options);
  if (likely !== null) return { segments: likely, calls: 0, notes: [] };
  const guessed = await guessBlame(request.trainerModel, evidence, segments, options);
  const why = judgeModel === null ? 'no judge is set' : `${String(request.maxCalls)} calls are too few to measure ${String(segments.length)} segments`;
  return { segments: guessed.value, calls: 0, notes: [`Which part of the prompt helps or harms is a model’s opinion: ${why}.`, ...guessed.notes] };
}
