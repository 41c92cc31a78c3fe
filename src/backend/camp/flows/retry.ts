import type { LineageLabel } from '../../../protocol/camp.ts';
import { failure } from '../../../protocol/errors.ts';
import type { LineageOutcome } from '../../../protocol/sessionResults.ts';
import { attemptsAt, findLineage, isQuickStart, missingFor, newestAgent, requireNothingMissing, retryStep, unansweredInputs } from '../transitions.ts';
import { commitAttempts } from './commits.ts';
import { advance } from './evolve.ts';
import { executeInputs } from './executeInputs.ts';
import { generateLineages } from './generate.ts';
import { forLineages, type Work } from './work.ts';

/** Goes on with lineages that stopped or have inputs without an answer, each where it stopped; all of them where none is named. */
export async function retry(work: Work, only: LineageLabel | null): Promise<LineageOutcome[]> {
  const { document } = work;
  const lineages = only === null ? document.lineages : [findLineage(document, only)];
  const steps = lineages.map((lineage) => ({ label: lineage.label, step: retryStep(document, lineage) }));
  const having = (step: string) => steps.filter((one) => one.step === step).map(({ label }) => label);
  const [generating, evolving, executing] = [having('generate'), having('evolve'), having('execute')];
  if (generating.length + evolving.length + executing.length === 0) {
    throw failure('nothing_to_retry', only === null ? 'Nothing has failed or is missing.' : `Lineage ${only} has nothing to try again.`, { hint: '“Regenerate Unlocked”, or training session regenerate S, begins a new cycle.' });
  }
  if (!isQuickStart(document.session.mode)) requireNothingMissing(missingFor(document, evolving));
  const parts = await Promise.allSettled([
    generateLineages(work, generating),
    forLineages(evolving, async (label) => await advance(work, label)),
    forLineages(executing, async (label) => await executeMissing(work, label)),
  ]);
  return parts
    .flatMap((part) => {
      if (part.status === 'rejected') throw part.reason;
      return part.value;
    })
    .sort((a, b) => a.lineage.localeCompare(b.lineage));
}

/** Further attempts of the same cycle, on inputs that have no answer. */
async function executeMissing(work: Work, label: LineageLabel): Promise<LineageOutcome> {
  const { document, place, id } = work;
  const lineage = findLineage(document, label);
  const agent = newestAgent(lineage);
  if (agent === null) throw new Error(`lineage ${label} has no agent to execute`);
  const inputs = unansweredInputs(document, lineage).map((input) => ({ input, attempt: (attemptsAt(document, lineage, input.id).at(-1)?.attempt ?? 0) + 1 }));
  const outcomes = await executeInputs(work, { label, version: agent.version, definition: agent.definition, cycle: lineage.cycle, inputs });
  commitAttempts(place, id, lineage.cycle, outcomes);
  const failed = outcomes.find(({ artifact }) => artifact === null)?.execution.error ?? null;
  return { lineage: label, outcome: failed === null ? 'retried' : 'failed', cycle: lineage.cycle, version: agent.version, problem: failed };
}
