import { useState } from 'react';
import { count } from '../../src/common/figures.ts';
import type { NearPairs } from '../../src/protocol/datasetPages.ts';
import type { PanelBackend } from '../shared/backend.ts';
import { Button, ButtonRow } from '../shared/parts/button.tsx';
import { EmptyState } from '../shared/parts/emptyState.tsx';
import type { UseDataset } from './datasetStore.ts';
import { PairView } from './pairView.tsx';
import { ProblemBox } from './problemBox.tsx';
import { Running } from './running.tsx';
import { useWork } from './work.ts';

const pairsShown = 20;

/** Copies that the import left out, and rows that are nearly the same side by side. */
export function Duplicates({ useDataset, backend }: { useDataset: UseDataset; backend: PanelBackend }) {
  const { report, dataset } = useDataset();
  const version = report?.dataset.version ?? null;
  const [work, start] = useWork<NearPairs>();
  const find = () => start((signal, onProgress) => backend.requestWithProgress('datasets/nearPairs', { dataset, version }, { signal, onProgress }));
  if (report === null) return null;
  const { counts, nearDuplicatesChecked: isChecked } = report;
  return (
    <>
      <p>{counts === null ? 'How many copies the import met is not known any more.' : exactText(counts.duplicates)}</p>
      <p>{counts === null || !isChecked ? 'The import did not look for near duplicates.' : nearText(counts.nearDuplicates)}</p>
      {work.state === 'running' ? <Running work={work} label="Looking for near duplicates" /> : null}
      {work.state === 'failed' ? <ProblemBox problem={work.problem} backend={backend} onRetry={find} /> : null}
      {work.state === 'idle' ? (
        <EmptyState icon="copy" text="Rows are near duplicates when at least 80 % of their runs of five words are the same.">
          <Button look="primary" onClick={find}>
            Find Near Duplicates
          </Button>
        </EmptyState>
      ) : null}
      {work.state === 'done' ? <Pairs key={version} found={work.value} useDataset={useDataset} backend={backend} /> : null}
    </>
  );
}

function Pairs({ found, useDataset, backend }: { found: NearPairs; useDataset: UseDataset; backend: PanelBackend }) {
  const [page, setPage] = useState(0);
  if (found.total === 0) {
    return <EmptyState icon="pass" text={`No two of the ${count(found.rows)} rows are nearly the same.`} />;
  }
  const pages = Math.ceil(found.pairs.length / pairsShown);
  return (
    <>
      <p role="status">
        {count(found.total)} {found.total === 1 ? 'pair' : 'pairs'} among {count(found.rows)} rows
        {found.total > found.pairs.length ? `; the ${count(found.pairs.length)} likest are shown` : ''}.
      </p>
      {found.pairs.slice(page * pairsShown, (page + 1) * pairsShown).map((pair) => (
        <PairView key={`${pair.first} ${pair.second}`} pair={pair} useDataset={useDataset} backend={backend} />
      ))}
      {pages > 1 ? (
        <ButtonRow label="Pages of pairs">
          <Button isDisabled={page === 0} onClick={() => setPage(page - 1)}>
            Previous
          </Button>
          <span>
            {page + 1} of {pages}
          </span>
          <Button isDisabled={page + 1 >= pages} onClick={() => setPage(page + 1)}>
            Next
          </Button>
        </ButtonRow>
      ) : null}
    </>
  );
}

function exactText(rows: number): string {
  if (rows === 0) return 'The import met no row twice.';
  return rows === 1 ? 'The import left out 1 exact copy of another row.' : `The import left out ${count(rows)} exact copies of other rows.`;
}

function nearText(rows: number): string {
  if (rows === 0) return 'It looked for near duplicates and found none.';
  return `It found ${count(rows)} near ${rows === 1 ? 'duplicate' : 'duplicates'}: those that were kept are in one split with what they resemble.`;
}
