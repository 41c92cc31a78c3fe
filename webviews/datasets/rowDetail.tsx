import { useEffect, useEffectEvent, useState } from 'react';
import type { ShownRow } from '../../src/protocol/datasetResults.ts';
import type { ListedRow } from '../../src/protocol/datasetPages.ts';
import type { PanelBackend } from '../shared/backend.ts';
import type { UseDataset } from './datasetStore.ts';
import { words } from './numbers.ts';
import { asProblem, type Problem } from './problem.ts';
import { ProblemBox } from './problemBox.tsx';
import { RowValue } from './rowValue.tsx';
import { VisibleText } from '../shared/parts/visibleText.tsx';

interface RowDetailProps {
  row: ListedRow;
  dataset: string;
  version: number | null;
  useDataset: UseDataset;
  backend: PanelBackend;
  /** The row is there in full. */
  onShown: () => void;
}

/** A row in full: where it came from, why its quality is what it is, and the row as a model meets it. */
export function RowDetail({ row, dataset, version, useDataset, backend, onShown }: RowDetailProps) {
  const [shown, setShown] = useState<ShownRow | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    backend.request('datasets/rows', { dataset, version, first: row.row, last: row.row }, abort.signal).then(
      ({ rows }) => {
        setProblem(null);
        setShown(rows[0] ?? null);
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setProblem(asProblem(error));
      },
    );
    return () => abort.abort();
  }, [backend, dataset, version, row.row, attempt]);
  const isShown = shown !== null;
  const tellShown = useEffectEvent(() => onShown());
  useEffect(() => {
    if (isShown) tellShown();
  }, [isShown]);
  const issues = (useDataset.getState().report?.issues ?? []).flatMap(({ code, severity, fix, places }) =>
    places.filter((place) => place.row === row.row).map(({ message, path }) => ({ code, severity, fix, message, path })),
  );
  return (
    <div className="rowDetail" role="group" aria-label={`Row ${row.row}`}>
      <div className="detailHead">
        <button className="link" onClick={() => backend.openSource(row.file, row.line)}>
          <span className="codicon codicon-go-to-file" aria-hidden="true" /> <VisibleText text={row.file} />:{row.line}
        </button>
        <span>
          Quality {row.quality.toFixed(1)}
          {row.reasons.length === 0 ? '' : `: ${row.reasons.map(words).join(', ')}`}
        </span>
        <button className="link" onClick={() => useDataset.getState().inspectFrom(row.row)}>
          <span className="codicon codicon-symbol-key" aria-hidden="true" /> Inspect tokens
        </button>
      </div>
      {issues.map(({ code, severity, message, fix, path }, index) => (
        <p key={index} className={`rowIssue ${severity}`}>
          <span className={`codicon codicon-${severity}`} aria-hidden="true" /> <code>{code}</code> <VisibleText text={message} />
          {path === null ? null : (
            <>
              {' '}
              at <code>{path}</code>
            </>
          )}
          {fix === null ? null : <span className="muted"> {fix}</span>}
        </p>
      ))}
      {problem === null ? null : <ProblemBox problem={problem} backend={backend} onRetry={() => setAttempt(attempt + 1)} />}
      {shown === null ? problem === null ? <p className="muted">Loading the row…</p> : null : <RowValue value={shown.value} />}
    </div>
  );
}
