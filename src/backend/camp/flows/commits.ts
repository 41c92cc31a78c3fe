import type { AgentVersion, EvolutionRecord, Lineage, LineageLabel, SessionDocument } from '../../../protocol/camp.ts';
import type { SessionId } from '../../../protocol/ids.ts';
import { copyStandings, insertCycle, insertCycleLock, insertStanding } from '../../store/camp/cycles.ts';
import { insertEvolution } from '../../store/camp/evaluations.ts';
import { recordEvent } from '../../store/camp/events.ts';
import { insertArtifact, insertExecution } from '../../store/camp/executions.ts';
import { clearOneShot, insertAgent, setLineageCycle, setProblem } from '../../store/camp/lineages.ts';
import { setStage } from '../../store/camp/sessions.ts';
import type { Note } from '../../store/changes.ts';
import type { Store } from '../../store/db.ts';
import { changeSession, requireDocument, type SessionPlace } from '../sessionStore.ts';
import { currentCycle, findLineage, newestAgent } from '../transitions.ts';
import type { Outcome } from './executeInputs.ts';

/** A lineage's whole step into a cycle: stored in one transaction, so that it is wholly there or not at all. */
export interface Step {
  label: LineageLabel;
  /** The cycle that it stood in when the step began. */
  from: number;
  to: number;
  agent: Omit<AgentVersion, 'sha256'>;
  outcomes: readonly Outcome[];
  record: EvolutionRecord | null;
  /** Directives that the step answered. */
  directives: Lineage['directives'];
}

export function commitStep(place: SessionPlace, id: SessionId, step: Step): SessionDocument {
  const { store } = place;
  return changeSession(place, id, (note) => {
    const document = requireDocument(place, id);
    const lineage = findLineage(document, step.label);
    if (lineage.cycle !== step.from || (newestAgent(lineage)?.version ?? 0) !== step.agent.version - 1) throw new Error(`lineage ${step.label} is not where its step began`);
    openCycle(store, note, document, step.to);
    insertAgent(store, id, step.label, step.agent);
    recordEvent(store, note, id, { kind: 'agentAdded', payload: { lineage: step.label, ...step.agent } });
    if (step.record !== null) {
      insertEvolution(store, id, step.record);
      recordEvent(store, note, id, { kind: 'evolved', payload: step.record });
    }
    storeOutcomes(store, note, id, step.to, step.outcomes);
    setLineageCycle(store, id, step.label, step.to);
    if (step.directives.oneShot !== null) {
      clearOneShot(store, id, step.label, step.directives.oneShot);
      recordEvent(store, note, id, { kind: 'directiveUsed', payload: { lineage: step.label, cycle: step.to, oneShot: step.directives.oneShot } });
    }
    setStage(store, id, 'active');
  });
}

/** Stores further attempts of a cycle. */
export function commitAttempts(place: SessionPlace, id: SessionId, cycle: number, outcomes: readonly Outcome[]): SessionDocument {
  return changeSession(place, id, (note) => storeOutcomes(place.store, note, id, cycle, outcomes));
}

/** A step stopped: the lineage stays as it was and says why. */
export function commitProblem(place: SessionPlace, id: SessionId, label: LineageLabel, problem: NonNullable<Lineage['problem']>): SessionDocument {
  return changeSession(place, id, (note) => {
    setProblem(place.store, id, label, problem);
    recordEvent(place.store, note, id, { kind: 'problem', payload: { lineage: label, ...problem } });
  });
}

/**
 * Opens a cycle where it is not open. That closes the one before: who is locked now was locked when it was scored, and
 * stands on in the new one with what it has.
 */
function openCycle(store: Store, note: Note, document: SessionDocument, to: number): void {
  const { id } = document.session;
  if (!insertCycle(store, id, to)) return;
  const before = currentCycle(document);
  const locked = document.lineages.filter(({ isLocked, cycle }) => isLocked && cycle > 0 && cycle < to);
  recordEvent(store, note, id, { kind: 'cycleOpened', payload: { cycle: to, locked: locked.map(({ label }) => label) } });
  for (const { label, cycle } of locked) {
    if (before > 0) insertCycleLock(store, id, before, label);
    for (let next = cycle + 1; next <= to; next += 1) copyStandings(store, id, label, { from: cycle, to: next });
    setLineageCycle(store, id, label, to);
    recordEvent(store, note, id, { kind: 'stood', payload: { lineage: label, cycle: to } });
  }
}

function storeOutcomes(store: Store, note: Note, id: SessionId, cycle: number, outcomes: readonly Outcome[]): void {
  for (const { execution, artifact } of outcomes) {
    if (artifact !== null) insertArtifact(store, id, artifact);
    insertExecution(store, id, execution);
    if (artifact !== null) insertStanding(store, id, cycle, { lineage: execution.lineage, input: execution.input, execution: execution.id });
    const { trace: _trace, ...facts } = execution;
    recordEvent(store, note, id, { kind: 'executed', payload: facts });
  }
}
