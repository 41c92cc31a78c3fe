import type { z } from 'zod';
import type { CampInput, Evaluation, LineageLabel, SessionDocument, Strategy } from '../../protocol/camp.ts';
import type { agentResultSchema, deleteSessionResultSchema, historyResultSchema, importSessionResultSchema, NewSession, SessionListResult, SessionState } from '../../protocol/sessionResults.ts';
import { insertDocument } from '../store/camp/documents.ts';
import { recordEvent } from '../store/camp/events.ts';
import type { SessionSettings } from '../store/camp/sessions.ts';
import { transact } from '../store/changes.ts';
import { newDocument } from './createSession.ts';
import { deleteSession } from './deleteSession.ts';
import { addInput, configureSession, direct, renameSession, replaceStrategies, scoreArtifact, setLineageLock, type ScoreRequest } from './edits.ts';
import { agentVersion, lineageHistory } from './history.ts';
import { importSession } from './importSession.ts';
import { saveAgent, type SaveAgentRequest } from './saveAgent.ts';
import { listSessions } from './sessionList.ts';
import { sessionState } from './sessionState.ts';
import { fileOf, findSession, requireDocument, saveSession, type SessionPlace } from './sessionStore.ts';
import { takeSuggestion } from './takeSuggestion.ts';

/** Sessions, for the backend, the command line and tests alike. References are ids, beginnings of them, or names. */
export interface CampService {
  /** `limitBytes` is what the sessions may take before it is told; without it, what the environment says, or the default. */
  list(limitBytes?: number): SessionListResult;
  show(reference: string): SessionDocument;
  state(reference: string): SessionState;
  create(request: NewSession, signal: AbortSignal): Promise<SessionState>;
  addInput(reference: string, input: Pick<CampInput, 'text' | 'split'>): SessionState;
  setStrategies(reference: string, strategies: readonly Strategy[]): SessionState;
  score(reference: string, request: ScoreRequest): SessionState & { evaluation: Evaluation };
  setLock(reference: string, lineage: LineageLabel, isLocked: boolean): SessionState;
  direct(reference: string, lineage: LineageLabel, change: { sticky?: string | null; oneShot?: string | null }): SessionState;
  /** Does what the trainer suggested in its conversation. */
  takeSuggestion(reference: string, suggested: { message: number; suggestion: number }): SessionState;
  rename(reference: string, name: string): SessionState;
  configure(reference: string, change: Partial<SessionSettings>): SessionState;
  history(reference: string, lineage: LineageLabel): z.output<typeof historyResultSchema>;
  agent(reference: string, lineage: LineageLabel, version: number | null): z.output<typeof agentResultSchema>;
  /** Writes an agent to CodeAgents, from where it can be asked. */
  saveAgent(reference: string, request: SaveAgentRequest): z.output<typeof agentResultSchema>;
  import(file: string, options: { asCopy: boolean }): z.output<typeof importSessionResultSchema>;
  delete(reference: string, isConfirmed: boolean): Promise<z.output<typeof deleteSessionResultSchema>>;
}

export interface CampInit {
  /** For what changes sessions that are there. */
  place: () => SessionPlace;
  /** For what makes or takes in a session: makes the database where there is none. */
  newPlace: () => SessionPlace;
  defaultModel: (signal: AbortSignal) => Promise<string>;
  limitBytes: () => number;
}

export function makeCamp(init: CampInit): CampService {
  const at = (reference: string) => {
    const place = init.place();
    return { place, id: findSession(place, reference) };
  };
  const stateOf = (place: SessionPlace, document: SessionDocument): SessionState => sessionState(document, fileOf(place, document.session.id));
  return {
    list: (limitBytes = init.limitBytes()) => listSessions(init.place(), limitBytes),
    show: (reference) => {
      const { place, id } = at(reference);
      return requireDocument(place, id);
    },
    state: (reference) => {
      const { place, id } = at(reference);
      return stateOf(place, requireDocument(place, id));
    },
    create: async (request, signal) => {
      const model = request.model ?? (await init.defaultModel(signal));
      const place = init.newPlace();
      const document = newDocument({ ...request, model }, place.store.clock.now());
      transact(place.store, (note) => {
        insertDocument(place.store, document);
        recordEvent(place.store, note, document.session.id, { kind: 'created', payload: { session: document.session, inputs: document.inputs } });
      });
      return stateOf(place, saveSession(place, document.session.id));
    },
    addInput: (reference, input) => {
      const { place, id } = at(reference);
      return stateOf(place, addInput(place, id, input));
    },
    setStrategies: (reference, strategies) => {
      const { place, id } = at(reference);
      return stateOf(place, replaceStrategies(place, id, strategies));
    },
    score: (reference, request) => {
      const { place, id } = at(reference);
      const { document, evaluation } = scoreArtifact(place, id, request);
      return { ...stateOf(place, document), evaluation };
    },
    setLock: (reference, lineage, isLocked) => {
      const { place, id } = at(reference);
      return stateOf(place, setLineageLock(place, id, lineage, isLocked));
    },
    direct: (reference, lineage, change) => {
      const { place, id } = at(reference);
      return stateOf(place, direct(place, id, lineage, () => change));
    },
    takeSuggestion: (reference, suggested) => {
      const { place, id } = at(reference);
      return stateOf(place, takeSuggestion(place, id, suggested));
    },
    rename: (reference, name) => {
      const { place, id } = at(reference);
      return stateOf(place, renameSession(place, id, name));
    },
    configure: (reference, change) => {
      const { place, id } = at(reference);
      return stateOf(place, configureSession(place, id, change));
    },
    history: (reference, lineage) => {
      const { place, id } = at(reference);
      return lineageHistory(requireDocument(place, id), lineage);
    },
    agent: (reference, lineage, version) => {
      const { place, id } = at(reference);
      return { ...agentVersion(requireDocument(place, id), lineage, version), file: null };
    },
    saveAgent: (reference, request) => saveAgent(init.place(), reference, request),
    import: (file, options) => {
      const place = init.newPlace();
      const { document, isNew, isCopy } = importSession(place, file, options);
      return { ...stateOf(place, document), isNew, isCopy };
    },
    delete: async (reference, isConfirmed) => {
      const { place, id } = at(reference);
      return await deleteSession(place, id, isConfirmed);
    },
  };
}

