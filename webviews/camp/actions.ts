import type { LineageLabel, PromotionKind, SessionMode, Strategy } from '../../src/protocol/camp.ts';
import type { PanelBackend } from '../shared/backend.ts';
import { RequestError } from '../shared/problems.ts';
import type { InputDraft } from './stores/uiStore.ts';
import type { LineageStore } from './stores/lineageStore.ts';
import type { SessionStore } from './stores/sessionStore.ts';
import { makeWork } from './work.ts';

export interface SessionDraft {
  need: string;
  constraints: string;
  mode: SessionMode;
  inputs: InputDraft[];
  /** Null is the default: the first that works. */
  model: string | null;
  trainerModel: string | null;
  costCapUsd: number | null;
}

/** What a person can do in the panel. None throws: what goes wrong is shown. */
export type Actions = ReturnType<typeof makeActions>;

export interface ActionsInit {
  backend: PanelBackend;
  session: string;
  sessionStore: SessionStore;
  lineageStore: LineageStore;
  /** Reads the document anew. */
  refresh: () => void;
}

export function makeActions(init: ActionsInit) {
  const { backend, session, sessionStore, lineageStore, refresh } = init;
  const run = makeWork(init);
  /** Something that takes no time worth telling. */
  const quick = (act: () => Promise<unknown>, onFailed: () => void = () => undefined): void => {
    sessionStore.setState({ problem: null });
    act()
      .then(refresh)
      .catch((error: unknown) => {
        onFailed();
        sessionStore.setState({ problem: error instanceof RequestError ? error : new RequestError({ code: 'internal', message: String(error) }) });
      });
  };
  return {
    create: (draft: SessionDraft) =>
      quick(async () => {
        const created = await backend.request('sessions/create', draft);
        backend.act('sessions.created', created.session.id);
      }),
    score: (place: { label: LineageLabel; input: string; artifact: string }, score: number, comment: string) => {
      lineageStore.getState().setPending(place.artifact, score);
      // A comment stays a draft until the document has it, so that the field never shows the one before.
      quick(
        async () => await backend.request('sessions/score', { session, artifact: place.artifact, score, comment }),
        () => lineageStore.getState().setPending(place.artifact, null),
      );
    },
    setLock: (lineage: LineageLabel, isLocked: boolean) => quick(async () => await backend.request('sessions/lock', { session, lineage, isLocked })),
    direct: (lineage: LineageLabel, directives: { sticky: string | null; oneShot: string | null }) => quick(async () => await backend.request('sessions/direct', { session, lineage, ...directives })),
    retry: (lineage: LineageLabel) => run({ title: `Trying ${lineage} again`, method: 'sessions/retry', params: { session, lineage } }),
    regenerate: () => run({ title: 'Regenerating what is not locked', method: 'sessions/regenerate', params: { session } }),
    proposeStrategies: () => run({ title: 'Proposing strategies', method: 'sessions/propose', params: { session } }),
    confirmStrategies: (strategies: Strategy[]) => run({ title: 'Making four agents and running them', method: 'sessions/confirm', params: { session, strategies } }),
    /** Makes the agents that are not there yet and runs them; `count` is how many. */
    begin: (count = 1) => run({ title: count === 1 ? 'Making the agent and running it' : 'Making agents and running them', method: 'sessions/confirm', params: { session } }),
    evolve: (feedback: string) => run({ title: 'Evolving the agent by your words', method: 'sessions/feedback', params: { session, feedback } }),
    promote: (kind: PromotionKind) =>
      run({ title: 'Making four lineages of it', method: 'sessions/promote', params: { session, kind }, onDone: (promoted) => backend.act('sessions.open', promoted.session.id) }),
  };
}
