import { useEffect, useState } from 'react';
import { count } from '../../src/common/figures.ts';
import type { InspectResult } from '../../src/protocol/inspect.ts';
import type { ModelSummary } from '../../src/protocol/models.ts';
import type { PanelBackend } from '../shared/backend.ts';
import { Button } from '../shared/parts/button.tsx';
import { EmptyState } from '../shared/parts/emptyState.tsx';
import type { UseDataset } from './datasetStore.ts';
import { LensRowView } from './lensRow.tsx';
import { ProblemBox } from './problemBox.tsx';
import { Running } from './running.tsx';
import { useWork } from './work.ts';

const rowsAtOnce = 5;

/** Rows as the tokens that a run trains: made by the trainer's own code, so what is shown is what is trained. */
export function Lens({ useDataset, backend }: { useDataset: UseDataset; backend: PanelBackend }) {
  const { dataset, report, lensFirst, lensModel, inspectFrom, chooseModel } = useDataset();
  const version = report?.dataset.version ?? null;
  const all = report?.dataset.rows ?? 0;
  const [work, start] = useWork<InspectResult>();
  const [models, setModels] = useState<readonly ModelSummary[]>([]);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    // Without the list the built-in model can still be looked at.
    backend.request('models/list', {}).then(({ models: found }) => setModels(found.filter(({ isInstalled, canTrain }) => isInstalled && canTrain)), () => undefined);
  }, [backend]);
  const first = Math.max(1, Math.min(lensFirst, all));
  const last = Math.min(all, first + rowsAtOnce - 1);
  useEffect(() => {
    if (version !== null && all > 0) start((signal, onProgress) => backend.requestWithProgress('datasets/inspect', { dataset, version, first, last, model: lensModel }, { signal, onProgress }));
  }, [backend, start, dataset, version, all, first, last, lensModel, attempt]);
  const again = () => setAttempt(attempt + 1);
  return (
    <>
      <div className="filters">
        <label>
          <span>Model</span>
          <select value={lensModel ?? ''} onChange={({ target }) => chooseModel(target.value === '' ? null : target.value)}>
            <option value="">built-in</option>
            {models
              .filter(({ source }) => source !== 'built-in')
              .map(({ id }) => (
                <option key={id}>{id}</option>
              ))}
          </select>
        </label>
        <label>
          <span>From row</span>
          <input className="number" type="number" min={1} max={all} value={first} onChange={({ target }) => inspectFrom(Math.max(1, Math.min(all, Math.floor(Number(target.value)) || 1)))} />
        </label>
        <Button isDisabled={first <= 1} onClick={() => inspectFrom(Math.max(1, first - rowsAtOnce))}>
          Previous
        </Button>
        <Button isDisabled={last >= all} onClick={() => inspectFrom(first + rowsAtOnce)}>
          Next
        </Button>
        <span className="muted">
          rows {count(first)} to {count(last)} of {count(all)}
        </span>
      </div>
      <Legend />
      {work.state === 'running' ? <Running work={work} label="The trainer reads the rows" /> : null}
      {work.state === 'idle' ? (
        <EmptyState icon="symbol-key" text="The trainer shows which tokens of a row a run trains.">
          <Button look="primary" onClick={again}>
            Inspect Tokens
          </Button>
        </EmptyState>
      ) : null}
      {work.state === 'failed' ? <ProblemBox problem={work.problem} backend={backend} onRetry={again} /> : null}
      {work.state === 'done' ? (
        <>
          <p className="muted" role="status">
            {work.value.model}, at most {count(work.value.maxLength)} tokens a row
          </p>
          {work.value.rows.map((row) => (
            <LensRowView key={row.row} row={row} />
          ))}
        </>
      ) : null}
    </>
  );
}

function Legend() {
  return (
    <p className="legend" aria-label="Legend">
      <span className="token trained">trained</span>
      <span className="token trained stop">stop token, trained</span>
      <span className="token">context, not trained</span>
      <span className="muted">Point at a token, or go through them with the arrow keys, for its id.</span>
    </p>
  );
}
