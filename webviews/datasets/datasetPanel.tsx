import { useEffect } from 'react';
import type { PanelBackend } from '../shared/backend.ts';
import { ReconnectingMark } from '../shared/parts/errorLine.tsx';
import type { UseDataset } from './datasetStore.ts';
import { Duplicates } from './duplicates.tsx';
import { Header } from './header.tsx';
import { Issues } from './issues.tsx';
import { Lens } from './lens.tsx';
import { ProblemBox } from './problemBox.tsx';
import { RowsTab } from './rowsTab.tsx';
import { Tabs } from './tabs.tsx';

const retryMs = 500;

/** A dataset: its figures, its rows, what is wrong with them, and what a run trains of them. */
export function DatasetPanel({ useDataset, backend }: { useDataset: UseDataset; backend: PanelBackend }) {
  const { report, problem, tab, load, retry, openTab } = useDataset();
  useEffect(() => {
    void load();
    const dataset = useDataset.getState().dataset;
    return backend.onChanged((changes) => {
      if (changes.some(({ topic, id }) => topic === 'everything' || (topic === 'datasets' && (id === null || id === dataset || id === useDataset.getState().report?.dataset.id)))) void load();
    });
  }, [backend, load, useDataset]);
  useEffect(() => {
    if (problem?.isTransient !== true) return undefined;
    const timer = setTimeout(retry, retryMs);
    return () => clearTimeout(timer);
  }, [problem, retry]);
  const name = report?.dataset.name;
  useEffect(() => {
    if (name !== undefined) backend.entitle(name);
  }, [backend, name]);
  const box = problem === null ? null : problem.isTransient ? <ReconnectingMark isShown /> : <ProblemBox problem={problem} backend={backend} onRetry={retry} />;
  if (report === null) return box ?? <p className="loading" role="status">Loading the dataset…</p>;
  const issues = report.issues.reduce((sum, { severity, count }) => (severity === 'info' ? sum : sum + count), 0);
  return (
    <div className="panel">
      <Header useDataset={useDataset} backend={backend} />
      {box}
      <Tabs
        label="Views of the dataset"
        selected={tab}
        onSelect={openTab}
        tabs={[
          { id: 'rows', label: 'Rows', badge: report.dataset.rows },
          { id: 'issues', label: 'Issues', badge: issues },
          { id: 'duplicates', label: 'Duplicates', badge: (report.counts?.duplicates ?? 0) + (report.counts?.nearDuplicates ?? 0) },
          { id: 'tokens', label: 'Tokens', badge: null },
        ]}
      />
      <div className="tabPanel" role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
        {tab === 'rows' ? <RowsTab useDataset={useDataset} backend={backend} /> : null}
        {tab === 'issues' ? <Issues useDataset={useDataset} backend={backend} /> : null}
        {tab === 'duplicates' ? <Duplicates useDataset={useDataset} backend={backend} /> : null}
        {tab === 'tokens' ? <Lens useDataset={useDataset} backend={backend} /> : null}
      </div>
    </div>
  );
}
