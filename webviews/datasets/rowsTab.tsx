import { count } from '../../src/common/figures.ts';
import type { PanelBackend } from '../shared/backend.ts';
import { Button } from '../shared/parts/button.tsx';
import { EmptyState } from '../shared/parts/emptyState.tsx';
import type { UseDataset } from './datasetStore.ts';
import { Filters } from './filters.tsx';
import { Histogram } from './histogram.tsx';
import { conditionsIn } from './panelState.ts';
import { RowList } from './rowList.tsx';

/** Rows with their filters and the histograms that filter as well. */
export function RowsTab({ useDataset, backend }: { useDataset: UseDataset; backend: PanelBackend }) {
  const { facets, filter, changeFilter, pager, report, searched, clearFilter } = useDataset();
  return (
    <>
      <div className="histograms">
        <Histogram
          title="Length in tokens"
          facet={facets?.tokens ?? null}
          range={filter.tokens}
          isWhole
          onSelect={(tokens) => changeFilter({ tokens })}
        />
        <Histogram title="Quality" facet={facets?.quality ?? null} range={filter.quality} isWhole={false} onSelect={(quality) => changeFilter({ quality })} />
      </div>
      <Filters useDataset={useDataset} />
      <p className="rowCount" role="status">
        {pager.total === null
          ? `Searching rows${searched === null ? '' : ` ${Math.round(searched * 100)} %`}…`
          : conditionsIn(filter) === 0
            ? `${count(pager.total)} rows`
            : `${count(pager.total)} of ${count(report?.dataset.rows ?? pager.total)} rows match`}
      </p>
      {pager.total === 0 ? (
        <EmptyState icon="filter" text="No row matches these filters.">
          <Button look="primary" onClick={clearFilter}>
            Clear Filters
          </Button>
        </EmptyState>
      ) : (
        <RowList useDataset={useDataset} backend={backend} />
      )}
    </>
  );
}
