import { lineageLabels } from './model/labels.ts';
import type { Actions } from './actions.ts';
import type { AgentStore } from './stores/agentStore.ts';
import type { SessionStore } from './stores/sessionStore.ts';
import type { UiStore } from './stores/uiStore.ts';

/** Shows the part of the panel that a command asks for: `begin`, `export`, `promote`, `lineage B`, `agent B 2`. */
export function showPage(page: string, { actions, sessionStore, uiStore, agentStore }: { actions: Actions; sessionStore: SessionStore; uiStore: UiStore; agentStore: AgentStore }): void {
  const [name, labelText = '', version = ''] = page.split(' ');
  const label = lineageLabels.find((one) => one === labelText);
  switch (name) {
    case 'begin':
      whenLoaded(sessionStore, ({ session }) => (session.mode === 'quickstart' ? actions.begin() : actions.proposeStrategies()));
      return;
    case 'export':
    case 'promote':
      uiStore.getState().open({ kind: name });
      return;
    case 'lineage':
      whenLoaded(sessionStore, ({ lineages }) => uiStore.getState().change({ isBlind: false, place: Math.max(0, lineages.findIndex((one) => one.label === label)) }));
      return;
    case 'agent':
      if (label !== undefined) agentStore.getState().show(label, Number(version));
      return;
    default:
    // A page of another version of the extension.
  }
}

function whenLoaded(store: SessionStore, act: (document: NonNullable<ReturnType<SessionStore['getState']>['document']>) => void): void {
  const { document } = store.getState();
  if (document !== null) {
    act(document);
    return;
  }
  const stop = store.subscribe(({ document: loaded }) => {
    if (loaded === null) return;
    stop();
    act(loaded);
  });
}
