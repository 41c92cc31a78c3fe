import type { AgentDefinition } from '../../../protocol/agentDefinitions.ts';
import type { EvolutionRecord, LineageLabel, SegmentBlame, SessionDocument } from '../../../protocol/camp.ts';
import { CampError } from '../../../protocol/errors.ts';
import { data, joined, prompt } from '../trainer/quoted.ts';
import { Meter } from '../trainer/meter.ts';
import { seedOf } from '../trainer/seeds.ts';
import { assignCredit, type CreditRequest } from './creditAssignment.ts';
import { definitionDiff } from './definitionDiff.ts';
import { directivesOf, gatherEvidence, otherAgents, type Evidence } from './evidence.ts';
import { evolveDefinition } from './evolving.ts';
import { harmOf, hurtWithout, isClear } from './harm.ts';
import { planEvolution, wishes, type Plan } from './planning.ts';
import { analyseRewards } from './rewardAnalysis.ts';
import { withoutParts } from './promptParts.ts';
import { trainingView } from './trainingView.ts';

export interface EvolutionRequest extends Omit<CreditRequest, 'maxCalls'> {
  document: SessionDocument;
  label: LineageLabel;
  budget: EvolutionBudget;
}

export interface EvolutionBudget {
  /** Calls of models, the agent's and the judge's together, that measuring credit may take for one lineage and cycle. */
  creditCalls: number;
}

/** By simulation with a judge whose scores scatter by 1.5: 80 calls find a harmful and a helpful sentence of 3 points each among eight in 19 of 20 sessions. */
export const defaultBudget: EvolutionBudget = { creditCalls: 80 };

export const evolutionSteps = ['analysis', 'credit', 'planning', 'evolving'] as const;
export type EvolutionStep = (typeof evolutionSteps)[number];

export interface EvolutionProgress {
  step: EvolutionStep;
  /** Calls within the step and how many it may take; null where they are not counted. */
  calls: { done: number; of: number } | null;
}

export interface EvolutionOptions {
  signal: AbortSignal;
  onProgress: (progress: EvolutionProgress) => void;
}

/** What the pipeline knows of a record; who stores it adds ids, cycles, versions and, later, the effect. */
export type PipelineRecord = Omit<EvolutionRecord, 'id' | 'lineage' | 'fromCycle' | 'toCycle' | 'parentVersion' | 'version' | 'effect' | 'created'>;

export interface Evolved {
  definition: AgentDefinition;
  record: PipelineRecord;
}

/**
 * The next version of a lineage's agent, from what its answers were scored. Changes nothing: the caller stores the new
 * version, or keeps the old one where a step fails, with an error that names the step. Held-out inputs are not looked at.
 */
export async function evolveLineage(request: EvolutionRequest, { signal, onProgress }: EvolutionOptions): Promise<Evolved> {
  const meter = new Meter();
  const trainer = meter.on(request.trainerModel);
  const evidence = gatherEvidence(trainingView(request.document), request.label);
  const during = async <Value>(step: EvolutionStep, work: () => Promise<Value>): Promise<Value> => {
    signal.throwIfAborted();
    onProgress({ step, calls: null });
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !(error instanceof CampError)) throw error;
      throw stepFailed(step, request.label, error);
    }
  };
  const analysis = await during('analysis', async () => await analyseRewards(trainer, evidence, { signal }));
  const credit = await during('credit', async () => await assignCredit(evidence, {
    trainerModel: trainer,
    agentModel: meter.on(request.agentModel),
    judgeModel: request.judgeModel === null ? null : meter.on(request.judgeModel),
    execute: request.execute, tools: request.tools, maxCalls: request.budget.creditCalls,
  }, { signal, onProgress: (done, of) => onProgress({ step: 'credit', calls: { done, of } }) }));
  const takenOut = credit.segments.filter((segment) => isHarmful(segment, evidence));
  const plan = await during('planning', async () => await planEvolution(trainer, evidence, { analysis: analysis.value, credit: credit.segments, takenOut }, { signal }));
  const next = await during('evolving', async () => await evolve(trainer, evidence, { plan: plan.value, credit: credit.segments, takenOut }, signal));
  const { calls: _calls, ...spent } = meter.spent();
  return {
    definition: next.value,
    record: {
      score: evidence.score,
      directives: evidence.lineage.directives,
      analysis: analysis.value,
      credit: credit.segments,
      creditCalls: credit.calls,
      hypothesis: plan.value.hypothesis,
      plan: plan.value.changes,
      notes: [...new Set([...analysis.notes, ...credit.notes, ...plan.notes, ...next.notes])],
      diff: definitionDiff(evidence.agent.definition, next.value),
      model: request.trainerModel.reference,
      ...spent,
    },
  };
}

/** A part is taken out without asking a model only where measuring leaves little doubt, and the score did not fall without it before. */
function isHarmful(segment: SegmentBlame, { tried }: Evidence): boolean {
  return segment.method === 'leave-one-out' && isClear(segment, 1) && !hurtWithout(segment, harmOf(tried, []));
}

async function evolve(trainer: Parameters<typeof evolveDefinition>[0], evidence: Evidence, { plan, credit, takenOut }: { plan: Plan; credit: readonly SegmentBlame[]; takenOut: readonly SegmentBlame[] }, signal: AbortSignal) {
  const { view, lineage, agent } = evidence;
  const current = agent.definition;
  return await evolveDefinition(trainer, {
    session: view.session,
    current,
    start: withoutParts(current, takenOut.map(({ segment, path, start, end }) => ({ text: segment, path, start, end }))),
    guidance: joined([
      prompt`What is to change, and why:\n${data('plan', { hypothesis: plan.hypothesis, changes: plan.changes.map(({ target, change, reason }) => ({ target, change, reason })) })}`,
      wishes(evidence),
    ]),
    harm: harmOf(evidence.tried, [...evidence.tried.map((step) => step.credit), credit]),
    wishes: directivesOf(evidence),
    others: otherAgents(evidence),
    seedFor: (attempt) => seedOf('evolving', view.session.id, lineage.label, lineage.cycle, agent.version, attempt),
  }, { signal });
}

const stepNames: Record<EvolutionStep, string> = { analysis: 'the reward analysis', credit: 'credit assignment', planning: 'planning', evolving: 'writing the new agent' };

function stepFailed(step: EvolutionStep, label: LineageLabel, error: CampError): CampError {
  return new CampError({
    code: error.code, kind: error.kind, cause: error,
    message: `Evolving lineage ${label} stopped at ${stepNames[step]}; its agent stays as it is. ${error.message}`,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    details: { step, ...(error.details === undefined ? {} : { cause: error.details }) },
  });
}
