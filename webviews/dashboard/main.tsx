import { createRoot } from 'react-dom/client';
import '../shared/base.css';
import './dashboard.css';
import { PanelBackend } from '../shared/backend.ts';
import { saveUi } from '../shared/panelState.ts';
import { ErrorBoundary } from '../shared/parts/errorBoundary.tsx';
import { Dashboard } from './dashboard.tsx';
import { startFeed } from './feed.ts';
import { PanelContext } from './panelContext.ts';
import { makeDashboardStore } from './store.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');

const backend = new PanelBackend();
// A reload of the window finds the panel again by its subject.
saveUi(await backend.subject, {});
const useStore = makeDashboardStore();
startFeed(backend, useStore);
createRoot(root).render(
  <PanelContext value={{ backend, useStore }}>
    <ErrorBoundary>
      <Dashboard />
    </ErrorBoundary>
  </PanelContext>,
);
