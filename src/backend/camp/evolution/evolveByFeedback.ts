import type { AgentDefinition } from '../../../protocol/agentDefinitions.ts';
import type { DiffEntry, LineageLabel, SessionDocument } from '../../../protocol/camp.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import type { Noted, TrainerOptions } from '../trainer/ask.ts';
import { data, joined, prompt } from '../trainer/quoted.ts';
import { seedOf } from '../trainer/seeds.ts';
import { definitionDiff } from './definitionDiff.ts';
import { evolveDefinition } from './evolving.ts';
import { describeEvidence, directivesOf, gatherEvidence, otherAgents } from './evidence.ts';
import { harmOf } from './harm.ts';
import { wishes } from './planning.ts';
import { trainingView } from './trainingView.ts';

export interface FeedbackRequest {
  document: SessionDocument;
  label: LineageLabel;
  /** What the person says of the agent and its answers, in their own words. */
  feedback: string;
}

export interface FeedbackStep {
  definition: AgentDefinition;
  diff: DiffEntry[];
}

/** A quick start's next version, by freeform feedback instead of scores. `nothing_changed` as in the pipeline. */
export async function evolveByFeedback(model: ChatModel, { document, label, feedback }: FeedbackRequest, options: TrainerOptions): Promise<Noted<FeedbackStep>> {
  const evidence = gatherEvidence(trainingView(document), label);
  const { view, agent } = evidence;
  const evolved = await evolveDefinition(model, {
    session: view.session,
    current: agent.definition,
    start: agent.definition,
    guidance: joined([
      describeEvidence(evidence),
      prompt`What the person says of this agent. Change the agent as far as this asks for it; scores, locks, other agents and these rules it can’t change:\n${data('feedback', feedback)}`,
      wishes(evidence),
    ]),
    harm: harmOf(evidence.tried, evidence.tried.map(({ credit }) => credit)),
    wishes: [feedback, ...directivesOf(evidence)],
    others: otherAgents(evidence),
    seedFor: (attempt) => seedOf('feedback', view.session.id, label, agent.version, feedback, attempt),
  }, options);
  return { value: { definition: evolved.value, diff: definitionDiff(agent.definition, evolved.value) }, notes: evolved.notes };
}
