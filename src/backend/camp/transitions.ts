import { lineageLabels, type AgentVersion, type Execution, type Lineage, type LineageLabel, type SessionDocument, type SessionMode } from '../../protocol/camp.ts';
import type { InputId } from '../../protocol/ids.ts';
import type { Missing } from '../../protocol/sessionResults.ts';
import { failure, notFound } from '../../protocol/errors.ts';
import { standingCases, type StandingCase } from './standings.ts';

/** What may happen to a session next, by its document alone. */

/** The newest cycle that was opened; 0 before agents have answered. */
export function currentCycle({ cycles }: SessionDocument): number {
  return cycles.reduce((newest, { number }) => Math.max(newest, number), 0);
}

/** One agent that evolves by what is said of it, instead of four that are compared. */
export function isQuickStart(mode: SessionMode): boolean {
  return mode === 'quickstart';
}

export function findLineage({ lineages, session }: SessionDocument, label: LineageLabel): Lineage {
  const lineage = lineages.find((one) => one.label === label);
  if (lineage !== undefined) return lineage;
  const known = lineages.map((one) => one.label).join(', ');
  throw notFound('lineage_not_found', `The session “${session.name}” has no lineage ${label}.`, { hint: known === '' ? 'Confirm its strategies first.' : `It has ${known}.` });
}

export function newestAgent({ agents }: Lineage): AgentVersion | null {
  return agents.reduce<AgentVersion | null>((newest, agent) => (newest === null || agent.version > newest.version ? agent : newest), null);
}

/** What stands for each lineage in the cycle that it is at. */
export function presentCases(document: SessionDocument): StandingCase[] {
  const cycleOf = new Map(document.lineages.map(({ label, cycle }) => [label, cycle]));
  return standingCases(document).filter(({ label, cycle }) => cycleOf.get(label) === cycle);
}

/** Executions of a lineage's cycle on an input, the newest attempt last. */
export function attemptsAt({ executions }: SessionDocument, { label, cycle }: Pick<Lineage, 'label' | 'cycle'>, input: InputId): Execution[] {
  return executions.filter((one) => one.lineage === label && one.cycle === cycle && one.input === input).sort((a, b) => a.attempt - b.attempt);
}

/** Inputs that a lineage has no answer to in the cycle that it is at. */
export function unansweredInputs(document: SessionDocument, { label, cycle }: Pick<Lineage, 'label' | 'cycle'>): SessionDocument['inputs'] {
  const answered = new Set(presentCases(document).flatMap((one) => (one.label === label && one.cycle === cycle ? [one.input.id] : [])));
  return document.inputs.filter(({ id }) => !answered.has(id));
}

/** What keeps these lineages from being evolved, in the order of lineages and inputs. Held-out inputs keep nothing. */
export function missingFor(document: SessionDocument, labels: readonly LineageLabel[]): Missing[] {
  const cases = presentCases(document);
  return labels.flatMap((label): Missing[] => {
    const lineage = findLineage(document, label);
    if (lineage.cycle === 0 || newestAgent(lineage) === null) return [{ lineage: label, input: null, reason: 'noAgent' }];
    return document.inputs.flatMap(({ id, number, split }): Missing[] => {
      if (split !== 'train') return [];
      const standing = cases.find((one) => one.label === label && one.input.id === id);
      if (standing !== undefined) return standing.user === null ? [{ lineage: label, input: number, reason: 'notScored' }] : [];
      return [{ lineage: label, input: number, reason: attemptsAt(document, lineage, id).length === 0 ? 'notExecuted' : 'failed' }];
    });
  });
}

/**
 * Lineages that the next regeneration takes on: those that an interrupted one left behind, else all that are not locked. One
 * that has no agent yet, because a model could not write it, holds up nobody.
 */
export function lineagesToEvolve(document: SessionDocument): LineageLabel[] {
  const unlocked = document.lineages.filter((lineage) => !lineage.isLocked && newestAgent(lineage) !== null);
  const cycle = currentCycle(document);
  const behind = unlocked.filter((lineage) => lineage.cycle < cycle);
  return (behind.length > 0 ? behind : unlocked).map(({ label }) => label);
}

/** Everything that is missing before the next regeneration. */
export function missingForRegeneration(document: SessionDocument): Missing[] {
  return missingFor(document, lineagesToEvolve(document));
}

/** `blocked` with the names of what is missing, where something is. */
export function requireNothingMissing(missing: readonly Missing[]): void {
  if (missing.length === 0) return;
  const shown = missing.slice(0, shownMissing).map(describeMissing).join(', ');
  const more = missing.length > shownMissing ? ` and ${String(missing.length - shownMissing)} more` : '';
  const hint = missing.every(({ reason }) => reason === 'notScored')
    ? 'Score them, or lock the lineages that should stay as they are.'
    : 'Try again what failed (training session retry), score the rest, or lock the lineages that should stay as they are.';
  throw failure('scores_missing', `What is not locked can’t be regenerated yet: ${shown}${more}.`, { hint, details: { missing } });
}

const shownMissing = 12;

export function describeMissing({ lineage, input, reason }: Missing): string {
  if (input === null) return `${lineage} has no agent`;
  const what = { notScored: 'has no score', failed: 'failed', notExecuted: 'was not executed', noAgent: 'has no agent' }[reason];
  return `${lineage} on input ${String(input)} ${what}`;
}

/** What there is to do for a lineage that is to be tried again. */
export type RetryStep = 'generate' | 'evolve' | 'execute' | 'nothing';

export function retryStep(document: SessionDocument, lineage: Lineage): RetryStep {
  if (lineage.cycle === 0 || newestAgent(lineage) === null) return 'generate';
  if (!lineage.isLocked && (lineage.cycle < currentCycle(document) || lineage.problem !== null)) return 'evolve';
  return unansweredInputs(document, lineage).length > 0 ? 'execute' : 'nothing';
}

/** Labels in the order of the grid. */
export function inGridOrder(labels: Iterable<LineageLabel>): LineageLabel[] {
  const wanted = new Set(labels);
  return lineageLabels.filter((label) => wanted.has(label));
}
