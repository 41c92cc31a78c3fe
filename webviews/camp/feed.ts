import type { PanelBackend } from '../shared/backend.ts';
import { makeLoaders } from '../shared/feed.ts';
import { newestExecution } from './model/standings.ts';
import type { LineageStore } from './stores/lineageStore.ts';
import type { SessionStore } from './stores/sessionStore.ts';

/** Keeps the document up to date. */
export function startFeed({ backend, session, sessionStore, lineageStore }: { backend: PanelBackend; session: string; sessionStore: SessionStore; lineageStore: LineageStore }): { refresh: () => void } {
  const loaders = makeLoaders((state) => sessionStore.setState(state));
  const document = loaders.add(100, (signal) => backend.request('sessions/show', { session }, signal), (loaded) => {
    sessionStore.setState({ document: loaded });
    backend.entitle(loaded.session.name);
    // What the backend has stored needs no memory of ours.
    const { pendingScores, drafts, setPending, setDraft, settle, clearStreams } = lineageStore.getState();
    const stored = (artifact: string) => loaded.evaluations.findLast((one) => one.artifact === artifact && one.by === 'user');
    for (const artifact of Object.keys(pendingScores)) if (stored(artifact)?.score === pendingScores[artifact]) setPending(artifact, null);
    for (const artifact of Object.keys(drafts)) if (stored(artifact)?.comment === drafts[artifact]) setDraft(artifact, null);
    if (sessionStore.getState().work === null) clearStreams();
    else settle((key) => newestExecution(loaded, key));
  });
  document.refresh();
  backend.onChanged((changes) => {
    if (changes.some(({ topic, id }) => topic === 'everything' || (topic === 'sessions' && (id === null || id === session)))) document.refresh();
  });
  return { refresh: () => document.refresh() };
}
