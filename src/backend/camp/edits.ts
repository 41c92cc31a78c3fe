import { lineageLabels, type CampInput, type Evaluation, type Lineage, type LineageLabel, type SessionDocument, type Strategy } from '../../protocol/camp.ts';
import { failure, notFound, usageError } from '../../protocol/errors.ts';
import { evaluationIdSchema, type SessionId } from '../../protocol/ids.ts';
import { newId } from '../platform/newId.ts';
import { insertEvaluation } from '../store/camp/evaluations.ts';
import { recordEvent } from '../store/camp/events.ts';
import { insertInput } from '../store/camp/executions.ts';
import { setDirectives, setLocked } from '../store/camp/lineages.ts';
import { recordRenaming, setSessionSettings, setStrategies, type SessionSettings } from '../store/camp/sessions.ts';
import { newInput } from './createSession.ts';
import { changeSession, requireDocument, requireIdle, type SessionPlace } from './sessionStore.ts';
import { grouped } from './standings.ts';
import { currentCycle, findLineage, newestAgent, presentCases } from './transitions.ts';

/** What a person changes by hand. Each is one transaction; what was there before stays in the log. */

export function addInput(place: SessionPlace, id: SessionId, input: Pick<CampInput, 'text' | 'split'>): SessionDocument {
  const { store } = place;
  requireIdle(place, id);
  return changeSession(place, id, (note) => {
    const { inputs } = requireDocument(place, id);
    const added = newInput(input, inputs.reduce((last, { number }) => Math.max(last, number), 0) + 1, store.clock.now());
    insertInput(store, id, added);
    recordEvent(store, note, id, { kind: 'inputAdded', payload: added });
  });
}

/** Replaces the strategies while no agent was made of them. */
export function replaceStrategies(place: SessionPlace, id: SessionId, strategies: readonly Strategy[]): SessionDocument {
  const { store } = place;
  requireIdle(place, id);
  return changeSession(place, id, (note) => {
    const { session, lineages } = requireDocument(place, id);
    if (lineages.length > 0) throw failure('strategies_confirmed', `The strategies of “${session.name}” are confirmed: its agents were made of them.`, { hint: 'Steer a lineage by a directive, or begin a new session.' });
    requireDistinct(strategies);
    setStrategies(store, id, strategies);
    recordEvent(store, note, id, { kind: 'strategiesSet', payload: strategies });
  });
}

/** Strategies of one label, or with one tag, can't be told apart. */
export function requireDistinct(strategies: readonly Strategy[]): void {
  for (const [what, keyOf] of [['label', ({ label }: Strategy) => label], ['tag', ({ tag }: Strategy) => tag.trim().toLowerCase()]] as const) {
    const twice = [...grouped(strategies, keyOf)].find(([, group]) => group.length > 1);
    if (twice !== undefined) throw usageError('strategies_not_distinct', `Two strategies have the ${what} “${twice[0]}”.`);
  }
}

export interface ScoreRequest {
  /** The artifact itself, or where it stands. Without an input: the lineage's only one. */
  target: { artifact: string } | { lineage: LineageLabel; input: number | null };
  score: number;
  comment: string;
}

/** A person's score of an artifact in the cycle that it stands in now. An earlier one is kept; the latest counts. */
export function scoreArtifact(place: SessionPlace, id: SessionId, { target, score, comment }: ScoreRequest): { document: SessionDocument; evaluation: Evaluation } {
  const { store } = place;
  let evaluation: Evaluation | undefined;
  const document = changeSession(place, id, (note) => {
    const { artifact, cycle } = findStanding(requireDocument(place, id), target);
    const now = store.clock.now();
    evaluation = { id: evaluationIdSchema.parse(newId('ev', now)), artifact, cycle, score, comment, by: 'user', judgeModel: null, created: now.toISOString() };
    insertEvaluation(store, id, evaluation);
    recordEvent(store, note, id, { kind: 'scored', payload: evaluation });
  });
  if (evaluation === undefined) throw new Error('the evaluation was not made');
  return { document, evaluation };
}

function findStanding(document: SessionDocument, target: ScoreRequest['target']) {
  const cases = presentCases(document);
  if ('artifact' in target) {
    const found = cases.find(({ artifact }) => artifact.id === target.artifact);
    if (found !== undefined) return { artifact: found.artifact.id, cycle: found.cycle };
    const isKnown = document.artifacts.some(({ id }) => id === target.artifact);
    throw notFound('artifact_not_found', isKnown ? 'This artifact stands in an earlier cycle: its score answers a step that was taken already.' : `There is no artifact ${target.artifact}.`, { hint: 'Score what stands now, which the panel and training session show S show.' });
  }
  const lineage = findLineage(document, target.lineage);
  const own = cases.filter(({ label }) => label === target.lineage);
  if (target.input === null && document.inputs.length > 1) {
    throw usageError('input_not_named', `The session has ${String(document.inputs.length)} inputs: say which answer of ${target.lineage} you score.`, { hint: 'Add --input N' });
  }
  const number = target.input ?? document.inputs[0]?.number ?? 1;
  const found = own.find(({ input }) => input.number === number);
  if (found !== undefined) return { artifact: found.artifact.id, cycle: found.cycle };
  if (!document.inputs.some((input) => input.number === number)) throw notFound('input_not_found', `There is no input ${String(number)}.`);
  throw failure('nothing_to_score', `${target.lineage} has no answer to input ${String(number)}${lineage.problem === null ? '' : `: ${lineage.problem.message}`}.`, { hint: `Try it again on its card, or with training session retry S --lineage ${target.lineage}` });
}

export function setLineageLock(place: SessionPlace, id: SessionId, label: LineageLabel, isLocked: boolean): SessionDocument {
  const { store } = place;
  requireIdle(place, id);
  return changeSession(place, id, (note) => {
    const document = requireDocument(place, id);
    const lineage = findLineage(document, label);
    if (isLocked && newestAgent(lineage) === null) throw failure('nothing_to_lock', `Lineage ${label} has no agent that could be kept.`);
    if (lineage.isLocked === isLocked) return;
    setLocked(store, id, label, isLocked);
    recordEvent(store, note, id, { kind: isLocked ? 'locked' : 'unlocked', payload: { lineage: label, cycle: currentCycle(document) } });
  });
}

export type DirectivesChange = Partial<Lineage['directives']>;

/** Changes directives by those that stand; what is left out stays, null takes one back. */
export function direct(place: SessionPlace, id: SessionId, label: LineageLabel, changeOf: (directives: Lineage['directives']) => DirectivesChange): SessionDocument {
  const { store } = place;
  return changeSession(place, id, (note) => {
    const { directives } = findLineage(requireDocument(place, id), label);
    const change = changeOf(directives);
    const next: Lineage['directives'] = { sticky: emptyAsNull(change.sticky, directives.sticky), oneShot: emptyAsNull(change.oneShot, directives.oneShot) };
    setDirectives(store, id, label, next);
    recordEvent(store, note, id, { kind: 'directed', payload: { lineage: label, ...next } });
  });
}

function emptyAsNull(text: string | null | undefined, before: string | null): string | null {
  if (text === undefined) return before;
  return text === null || text.trim() === '' ? null : text;
}

export function renameSession(place: SessionPlace, id: SessionId, name: string): SessionDocument {
  return changeSession(place, id, (note) => recordRenaming(place.store, note, id, name));
}

/** Changes models and cost cap; what is left out stays. */
export function configureSession(place: SessionPlace, id: SessionId, change: Partial<SessionSettings>): SessionDocument {
  const { store } = place;
  requireIdle(place, id);
  return changeSession(place, id, (note) => {
    const { name, model, trainerModel, judgeModel, costCapUsd } = requireDocument(place, id).session;
    const settings = { name, model, trainerModel, judgeModel, costCapUsd, ...change };
    setSessionSettings(store, id, settings);
    recordEvent(store, note, id, { kind: 'settingsChanged', payload: settings });
  });
}

/** Four labels for strategies that have none. */
export function labelled(proposals: readonly Omit<Strategy, 'label'>[], labels: readonly LineageLabel[] = lineageLabels): Strategy[] {
  return proposals.flatMap((proposal, index) => {
    const label = labels[index];
    return label === undefined ? [] : [{ label, ...proposal }];
  });
}
