import type { LineageLabel, PromotionKind, SessionMode, Strategy } from '../../src/protocol/camp.ts';
import type { PanelBackend } from '../shared/backend.ts';
import { asRequestError } from '../shared/problems.ts';
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

export interface SessionSettings {
  name: string;
  model: string;
  trainerModel: string;
  judgeModel: string | null;
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
  /** Asks at once what is under way. */
  lookAtWork: () => void;
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
        sessionStore.setState({ problem: asRequestError(error) });
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
    /** Settings count from the next call on. */
    configure: ({ name, ...settings }: SessionSettings) =>
      quick(async () => {
        await backend.request('sessions/configure', { session, ...settings });
        if (name !== sessionStore.getState().document?.session.name) await backend.request('sessions/rename', { session, name });
      }),
    judge: () => run({ kind: 'judge', method: 'sessions/judge', params: { session } }),
    suggestInputs: (count: number, onSuggested: (inputs: InputDraft[]) => void) =>
      run({ kind: 'suggestInputs', method: 'sessions/suggestInputs', params: { session, count }, onDone: ({ inputs }) => onSuggested(inputs) }),
    /** `runs`: agents that are there answer them at once. */
    addInputs: (inputs: readonly InputDraft[], runs: boolean) =>
      quick(async () => {
        for (const input of inputs) await backend.request('sessions/addInput', { session, ...input });
        if (runs) run({ kind: 'retry', method: 'sessions/retry', params: { session } });
      }),
    retry: (lineage: LineageLabel) => run({ kind: 'retry', method: 'sessions/retry', params: { session, lineage } }),
    regenerate: () => run({ kind: 'regenerate', method: 'sessions/regenerate', params: { session } }),
    proposeStrategies: () => run({ kind: 'propose', method: 'sessions/propose', params: { session } }),
    /** Keeps these, and asks for those that there are not. */
    completeStrategies: (strategies: Strategy[], missing: LineageLabel[]) =>
      quick(async () => {
        await backend.request('sessions/setStrategies', { session, strategies });
        run({ kind: 'propose', method: 'sessions/propose', params: { session, replace: missing } });
      }),
    confirmStrategies: (strategies: Strategy[]) => run({ kind: 'confirm', method: 'sessions/confirm', params: { session, strategies } }),
    /** Makes the agents that are not there yet and runs them. */
    begin: () => run({ kind: 'confirm', method: 'sessions/confirm', params: { session } }),
    evolve: (feedback: string) => run({ kind: 'feedback', method: 'sessions/feedback', params: { session, feedback } }),
    /** Answers the last message that was not answered. */
    askAgain: () => run({ kind: 'chat', method: 'sessions/chat', params: { session } }),
    /** `edited` are strategies that become the session's first, so that the trainer knows them. A message that the backend did not get is given back. */
    chat: ({ text, about, edited }: { text: string; about: LineageLabel | null; edited: Strategy[] | null }, onLost: () => void) => {
      const ask = () =>
        run({
          kind: 'chat', method: 'sessions/chat', params: { session, text, about },
          onFailed: () => {
            backend
              .request('sessions/show', { session })
              .then(({ conversation }) => {
                if (conversation.findLast(({ by }) => by === 'user')?.text !== text) onLost();
              })
              .catch(onLost);
          },
        });
      if (edited === null) ask();
      else quick(async () => await backend.request('sessions/setStrategies', { session, strategies: edited }).then(ask), onLost);
    },
    takeSuggestion: (message: number, suggestion: number) => quick(async () => await backend.request('sessions/takeSuggestion', { session, message, suggestion })),
    promote: (kind: PromotionKind) =>
      run({ kind: 'promote', method: 'sessions/promote', params: { session, kind }, onDone: (promoted) => backend.act('sessions.open', promoted.session.id) }),
  };
}
