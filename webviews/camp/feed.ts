import type { PanelBackend } from '../shared/backend.ts';
import { makeLoaders } from '../shared/feed.ts';
import { streamKey } from './model/streamKey.ts';
import { workTitles } from './model/workTitles.ts';
import type { LineageStore } from './stores/lineageStore.ts';
import type { SessionStore } from './stores/sessionStore.ts';
import type { UiStore } from './stores/uiStore.ts';

/** Work that is under way is asked about so often, while the panel is shown. */
const workMs = 150;

interface FeedInit {
  backend: PanelBackend;
  session: string;
  sessionStore: SessionStore;
  lineageStore: LineageStore;
  uiStore: UiStore;
}

export interface Feed {
  /** Reads the document anew. */
  refresh: () => void;
  /** Asks at once what is under way; an answer that is on its way tells of before. */
  lookAtWork: () => void;
}

/** Keeps the document up to date, and what is under way on it. */
export function startFeed({ backend, session, sessionStore, lineageStore, uiStore }: FeedInit): Feed {
  const loaders = makeLoaders((state) => sessionStore.setState(state));
  const document = loaders.add(100, (signal) => backend.request('sessions/show', { session }, signal), (loaded) => {
    sessionStore.setState(({ work: now, reply }) => ({ document: loaded, reply: now === null ? '' : reply }));
    backend.entitle(loaded.session.name);
    // What the backend has stored needs no memory of ours.
    const { pendingScores, drafts, setPending, setDraft, clearOver } = lineageStore.getState();
    const stored = (artifact: string) => loaded.evaluations.findLast((one) => one.artifact === artifact && one.by === 'user');
    for (const artifact of Object.keys(pendingScores)) if (stored(artifact)?.score === pendingScores[artifact]) setPending(artifact, null);
    for (const artifact of Object.keys(drafts)) if (stored(artifact)?.comment === drafts[artifact]) setDraft(artifact, null);
    clearOver();
  });
  const work = loaders.add(workMs, async (signal) => {
    const input = shownInput(sessionStore, uiStore);
    return { input, known: await backend.request('sessions/work', { session, input: input?.number ?? null }, signal) };
  }, ({ input, known: { work: now, ended } }) => {
    const wasWorking = sessionStore.getState().work !== null;
    const isCancelled = sessionStore.getState().isCancelling;
    const cancel = isCancelled ? null : () => {
      sessionStore.setState({ isCancelling: true });
      void backend.request('sessions/cancel', { session }).finally(() => work.restart());
    };
    sessionStore.setState({
      ended,
      work: now === null ? null : { title: workTitles[now.kind], message: isCancelled ? 'is being cancelled' : now.message, share: now.share, startedMs: Date.parse(now.since), cancel },
      ...(now === null ? { isCancelling: false } : { reply: now.reply }),
    });
    const hasGone = lineageStore.getState().show(Object.fromEntries(input === null || now === null ? [] : now.texts.map(({ lineage, text }) => [streamKey(lineage, input.id), text])));
    // What was written stays in sight until the document brings what is stored of it.
    if (hasGone || (wasWorking && now === null)) document.refresh();
    if (now !== null) work.refresh();
  });
  document.refresh();
  work.refresh();
  backend.onChanged((changes) => {
    if (!changes.some(({ topic, id }) => topic === 'everything' || (topic === 'sessions' && (id === null || id === session)))) return;
    document.refresh();
    work.refresh();
  });
  return { refresh: () => document.refresh(), lookAtWork: () => work.restart() };
}

/** The input whose answers are shown; texts of others are not asked for. */
function shownInput(sessionStore: SessionStore, uiStore: UiStore): { id: string; number: number } | null {
  const inputs = sessionStore.getState().document?.inputs ?? [];
  const { input } = uiStore.getState();
  return inputs.find(({ id }) => id === input) ?? inputs[0] ?? null;
}
