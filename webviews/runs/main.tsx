import { createRoot } from 'react-dom/client';
import '../shared/base.css';
import './runs.css';
import { PanelBackend } from '../shared/backend.ts';
import { ErrorBoundary } from '../shared/parts/errorBoundary.tsx';
import { saveUi, savedUi } from '../shared/panelState.ts';
import { startFeed } from './feed.ts';
import { PanelContext } from './panelContext.ts';
import { RunPanel } from './runPanel.tsx';
import { defaultUi, makeRunStore } from './store.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');

const backend = new PanelBackend();
const subject = await backend.subject;
// The panel of several runs: the first is its own, the others lie over it.
const [id = '', ...overlays] = subject.split(',');
const ui = savedUi({ ...defaultUi, overlays });
saveUi(subject, ui);
const useStore = makeRunStore({ id, ui, onUi: (now) => saveUi(subject, now) });
startFeed(backend, useStore);
createRoot(root).render(
  <PanelContext value={{ backend, useStore }}>
    <ErrorBoundary>
      <RunPanel />
    </ErrorBoundary>
  </PanelContext>,
);
