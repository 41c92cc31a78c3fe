import { createRoot } from 'react-dom/client';
import '../shared/base.css';
import './datasets.css';
import { PanelBackend } from '../shared/backend.ts';
import { ErrorBoundary } from '../shared/parts/errorBoundary.tsx';
import { saveUi } from '../shared/panelState.ts';
import { vscodeApi } from '../shared/vscodeApi.ts';
import { DatasetPanel } from './datasetPanel.tsx';
import { makeDatasetStore } from './datasetStore.ts';
import { isTab, restoredState } from './panelState.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');

const backend = new PanelBackend();
const subject = await backend.subject;
const useDataset = makeDatasetStore({
  backend,
  dataset: subject,
  kept: restoredState(vscodeApi.getState()),
  // A reload of the window finds the panel again by its subject.
  keep: (state) => saveUi(subject, state),
});
backend.onPage((page) => {
  if (isTab(page)) useDataset.getState().openTab(page);
});
createRoot(root).render(
  <ErrorBoundary>
    <DatasetPanel useDataset={useDataset} backend={backend} />
  </ErrorBoundary>,
);
