import { useEffect, useMemo, useState } from 'react';
import { count } from '../../src/common/figures.ts';
import type { NearPair } from '../../src/protocol/datasetPages.ts';
import type { ShownRow } from '../../src/protocol/datasetResults.ts';
import type { PanelBackend } from '../shared/backend.ts';
import type { UseDataset } from './datasetStore.ts';
import { asProblem, type Problem } from './problem.ts';
import { ProblemBox } from './problemBox.tsx';
import { rowText } from './rowText.ts';
import { VisibleText } from '../shared/parts/visibleText.tsx';
import { wordDiff, type DiffPart } from '../shared/wordDiff.ts';

const mostCompared = 20_000;

/** Two rows that resemble each other, with the words in which they differ. */
export function PairView({ pair, useDataset, backend }: { pair: NearPair; useDataset: UseDataset; backend: PanelBackend }) {
  const { dataset, report, goToRow } = useDataset();
  const version = report?.dataset.version ?? null;
  const [rows, setRows] = useState<[ShownRow, ShownRow] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    const read = async (row: number) => (await backend.request('datasets/rows', { dataset, version, first: row, last: row }, abort.signal)).rows[0];
    Promise.all([read(pair.first), read(pair.second)]).then(
      ([first, second]) => {
        setProblem(null);
        if (first !== undefined && second !== undefined) setRows([first, second]);
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setProblem(asProblem(error));
      },
    );
    return () => abort.abort();
  }, [backend, dataset, version, pair, attempt]);
  const parts = useMemo(() => (rows === null ? [] : wordDiff(rowText(rows[0].value).slice(0, mostCompared), rowText(rows[1].value).slice(0, mostCompared))), [rows]);
  return (
    <section className="pair" aria-label={`Rows ${pair.first} and ${pair.second}`}>
      <h3>
        <button className="link" onClick={() => goToRow(pair.first)}>
          Row {count(pair.first)}
        </button>{' '}
        and{' '}
        <button className="link" onClick={() => goToRow(pair.second)}>
          row {count(pair.second)}
        </button>
        <span className="muted"> {(100 * pair.similarity).toFixed(0)} % the same</span>
        {rows !== null && rows[0].split !== rows[1].split ? (
          <span className="tag warning">
            in {rows[0].split} and {rows[1].split}
          </span>
        ) : null}
      </h3>
      {problem === null ? null : <ProblemBox problem={problem} backend={backend} onRetry={() => setAttempt(attempt + 1)} />}
      {rows === null ? (
        <p className="muted">Loading…</p>
      ) : (
        <div className="sideBySide">
          <Side parts={parts} side="left" />
          <Side parts={parts} side="right" />
        </div>
      )}
    </section>
  );
}

function Side({ parts, side }: { parts: readonly DiffPart[]; side: 'left' | 'right' }) {
  return (
    <div className="turnText side" dir="auto">
      {parts
        .filter(({ kind }) => kind === 'same' || kind === side)
        .map(({ kind, text }, index) =>
          kind === 'same' ? (
            <VisibleText key={index} text={text} />
          ) : (
            <mark key={index} className={side}>
              <VisibleText text={text} />
            </mark>
          ),
        )}
    </div>
  );
}
