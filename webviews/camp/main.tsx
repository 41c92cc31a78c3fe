import { createRoot } from 'react-dom/client';
import '../shared/base.css';
import './camp.css';
import { newSessionSubject } from '../../src/protocol/panelKinds.ts';
import { PanelBackend } from '../shared/backend.ts';
import { ErrorBoundary } from '../shared/parts/errorBoundary.tsx';
import { saveUi, savedUi } from '../shared/panelState.ts';
import { makeActions } from './actions.ts';
import { CampPanel } from './campPanel.tsx';
import { startFeed } from './feed.ts';
import { PanelContext } from './panelContext.ts';
import { showPage } from './pages.ts';
import { makeAgentStore } from './stores/agentStore.ts';
import { makeLineageStore } from './stores/lineageStore.ts';
import { makeSessionStore } from './stores/sessionStore.ts';
import { defaultUi, makeUiStore } from './stores/uiStore.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');

const backend = new PanelBackend();
const subject = await backend.subject;
const isNew = subject === newSessionSubject;
const kept = savedUi(defaultUi);
saveUi(subject, kept);
const sessionStore = makeSessionStore();
const lineageStore = makeLineageStore();
const agentStore = makeAgentStore();
const uiStore = makeUiStore({ kept, keep: (ui) => saveUi(subject, ui) });
const feed = isNew ? null : startFeed({ backend, session: subject, sessionStore, lineageStore, uiStore });
const actions = makeActions({ backend, session: subject, sessionStore, lineageStore, refresh: () => feed?.refresh(), lookAtWork: () => feed?.lookAtWork() });
backend.onPage((page) => showPage(page, { actions, sessionStore, uiStore, agentStore }));
createRoot(root).render(
  <PanelContext value={{ backend, actions, sessionStore, lineageStore, agentStore, uiStore }}>
    <ErrorBoundary>
      <CampPanel isNew={isNew} />
    </ErrorBoundary>
  </PanelContext>,
);
