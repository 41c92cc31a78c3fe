import type { AgentDefinition } from '../../../protocol/agentDefinitions.ts';
import type { EvolutionRecord, LineageLabel, SessionDocument } from '../../../protocol/camp.ts';
import { failure } from '../../../protocol/errors.ts';
import { evolutionIdSchema } from '../../../protocol/ids.ts';
import type { LineageOutcome } from '../../../protocol/sessionResults.ts';
import { newId } from '../../platform/newId.ts';
import type { ChatModel } from '../../providers/chatModel.ts';
import { triesOf } from '../../store/camp/lineages.ts';
import { asOfCycle } from '../asOfCycle.ts';
import { evolveByFeedback } from '../evolution/evolveByFeedback.ts';
import { defaultBudget, evolveLineage, type PipelineRecord } from '../evolution/pipeline.ts';
import { Meter } from '../trainer/meter.ts';
import { findLineage, inGridOrder, isQuickStart, lineagesToEvolve, missingFor, newestAgent, requireNothingMissing } from '../transitions.ts';
import { commitProblem, commitStep } from './commits.ts';
import { executeInputs } from './executeInputs.ts';
import { forLineages, problemOf, type Work } from './work.ts';

/**
 * Regenerates what is not locked: each lineage evolves, runs and steps to the next cycle on its own. Where an earlier
 * regeneration was interrupted, only those that it left behind go on. `only` names some of them.
 */
export async function regenerate(work: Work, only: readonly LineageLabel[] | null): Promise<LineageOutcome[]> {
  const { document } = work;
  if (isQuickStart(document.session.mode)) {
    throw failure('is_quickstart', `“${document.session.name}” is a quick start: it evolves by feedback.`, { hint: 'Give feedback in the panel or with training session feedback S "…", or promote it to compare four agents.' });
  }
  const wanted = lineagesToEvolve(document);
  if (only !== null) requireUnlocked(document, only);
  const labels = only === null ? wanted : inGridOrder(only);
  if (labels.length === 0) {
    const hasLineages = document.lineages.some(({ isLocked }) => isLocked);
    throw failure(hasLineages ? 'everything_locked' : 'not_confirmed', hasLineages ? 'Every lineage is locked: there is nothing to regenerate.' : 'There are no agents yet.', {
      hint: hasLineages ? 'Unlock one in the panel, or with training session unlock S A' : '“Propose Strategies” and “Confirm and Run” in the panel, or training session propose S and training session confirm S',
    });
  }
  requireNothingMissing(missingFor(document, labels));
  return await forLineages(labels, async (label) => await advance(work, label));
}

function requireUnlocked(document: SessionDocument, labels: readonly LineageLabel[]): void {
  const locked = labels.find((label) => findLineage(document, label).isLocked);
  if (locked !== undefined) throw failure('lineage_locked', `Lineage ${locked} is locked: it keeps its agent and its answers.`, { hint: `Unlock it on its card, or with training session unlock S ${locked}` });
}

/** One lineage's step: a new version by what was scored or said, and its answers to every input. */
export async function advance(work: Work, label: LineageLabel): Promise<LineageOutcome> {
  const { place, id } = work;
  const lineage = findLineage(work.document, label);
  const from = lineage.cycle;
  const document = asOfCycle(work.document, from);
  const parent = newestAgent(findLineage(document, label));
  if (parent === null) throw failure('agent_not_found', `Lineage ${label} has no agent that could evolve.`, { hint: `Try it again on its card, or with training session retry S --lineage ${label}` });
  const to = from + 1;
  const version = parent.version + 1;
  const stay = { lineage: label, outcome: 'failed' as const, cycle: from, version: parent.version };
  const scope = { step: 'analysis' };
  const scopeName = () => `${label} ${String(to)} evolve ${scope.step}`;
  try {
    const { definition, record } = await evolve(work, document, { label, scope, scopeName });
    scope.step = 'execution';
    const outcomes = await executeInputs(work, { label, version, definition, cycle: to, inputs: document.inputs.map((input) => ({ input, attempt: 1 })) });
    const now = place.store.clock.now();
    const stored: EvolutionRecord = {
      ...record, id: evolutionIdSchema.parse(newId('eo', now)), lineage: label, fromCycle: from, toCycle: to, parentVersion: parent.version, version, effect: null, created: now.toISOString(),
    };
    commitStep(place, id, { label, from, to, record: stored, directives: lineage.directives, outcomes, agent: { version, parent: parent.version, origin: 'evolved', definition, created: now.toISOString() } });
    return { lineage: label, outcome: 'advanced', cycle: to, version, problem: null };
  } catch (error) {
    const problem = problemOf(error, work.signal);
    work.journal.settleFailure(scopeName());
    commitProblem(place, id, label, problem);
    return { ...stay, problem };
  }
}

interface Scope {
  label: LineageLabel;
  scope: { step: string };
  scopeName: () => string;
}

async function evolve(work: Work, document: SessionDocument, { label, scope, scopeName }: Scope): Promise<{ definition: AgentDefinition; record: PipelineRecord }> {
  const tries = triesOf(work.place.store, work.id, label);
  const on = (model: ChatModel) => work.journal.on(model, scopeName, tries);
  if (isQuickStart(document.session.mode)) return await evolveBySaid(on(work.trainerModel), work, document, label);
  const { execute, tools, judgeModel } = work;
  return await evolveLineage(
    { document, label, budget: defaultBudget, trainerModel: on(work.trainerModel), agentModel: on(work.agentModel), judgeModel: judgeModel === null ? null : on(judgeModel), execute, tools },
    {
      signal: work.signal,
      onProgress: ({ step, calls }) => {
        scope.step = step;
        work.tell({ message: `${label}: ${stepNames[step]}${calls === null ? '' : `, ${String(calls.done)} of at most ${String(calls.of)} calls`}`, share: calls === null ? null : calls.done / Math.max(1, calls.of), piece: null });
      },
    },
  );
}

const stepNames = { analysis: 'reading the scores', credit: 'measuring what helps and what harms', planning: 'planning', evolving: 'writing the new agent' };

/** A quick start's step, by the last feedback on the version that is there. */
async function evolveBySaid(model: ChatModel, work: Work, document: SessionDocument, label: LineageLabel): Promise<{ definition: AgentDefinition; record: PipelineRecord }> {
  const lineage = findLineage(document, label);
  const parent = newestAgent(lineage);
  const feedback = work.document.feedback.findLast(({ version }) => version === parent?.version);
  if (feedback === undefined) throw failure('feedback_missing', 'Nothing was said of this version yet.', { hint: 'Say what should be different in the panel, or with training session feedback S "…"' });
  const meter = new Meter();
  work.tell({ message: `${label}: writing the new agent`, share: null, piece: null });
  const { value, notes } = await evolveByFeedback(meter.on(model), { document, label, feedback: feedback.text }, { signal: work.signal });
  const { calls: _calls, ...spent } = meter.spent();
  return {
    definition: value.definition,
    record: { score: null, directives: lineage.directives, analysis: [], credit: [], creditCalls: 0, hypothesis: feedback.text, plan: [], notes, diff: value.diff, model: model.reference, ...spent },
  };
}

