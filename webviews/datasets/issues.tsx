import { count, counted } from '../../src/common/figures.ts';
import type { IssueGroup } from '../../src/protocol/datasetPages.ts';
import type { PanelBackend } from '../shared/backend.ts';
import { Button } from '../shared/parts/button.tsx';
import { EmptyState } from '../shared/parts/emptyState.tsx';
import type { UseDataset } from './datasetStore.ts';
import { VisibleText } from '../shared/parts/visibleText.tsx';

const placesShown = 50;
/** So few places are shown without being asked for. */
const opened = 3;

/** What the import found, by code: how often, where, and what to do about it. */
export function Issues({ useDataset, backend }: { useDataset: UseDataset; backend: PanelBackend }) {
  const { report } = useDataset();
  if (report === null) return null;
  const { counts, issues } = report;
  return (
    <>
      {counts === null ? null : (
        <p>
          Of {count(counts.read)} rows read, {count(counts.kept)} were kept; left out: {count(counts.invalid)} with errors, {count(counts.duplicates)} duplicates,{' '}
          {count(counts.lowQuality)} of low quality.
        </p>
      )}
      {issues.length === 0 ? (
        <EmptyState icon="pass" text="The import found nothing to remark." />
      ) : (
        <ul className="issues">
          {issues.map((group) => (
            <Group key={group.code} group={group} useDataset={useDataset} backend={backend} />
          ))}
        </ul>
      )}
    </>
  );
}

function Group({ group, useDataset, backend }: { group: IssueGroup; useDataset: UseDataset; backend: PanelBackend }) {
  const { code, severity, count: times, fix, places } = group;
  const isKnown = places.some(({ row }) => row !== null);
  const showRows = () => {
    const state = useDataset.getState();
    state.clearFilter();
    state.changeFilter({ issue: code });
    state.openTab('rows');
  };
  return (
    <li className={`issue ${severity}`}>
      <div className="issueHead">
        <span className={`codicon codicon-${severity}`} aria-hidden="true" />
        <strong>{severity}</strong>
        <code>{code}</code>
        <span className="badge">{count(times)}</span>
        {isKnown ? <Button onClick={showRows}>Show Rows</Button> : null}
      </div>
      {fix === null ? null : <p className="fix">{fix}</p>}
      {places.length === 0 ? (
        <p className="muted">The report keeps the first places only; these are not among them.</p>
      ) : (
        <details open={places.length <= opened}>
          <summary>
            Where: {places.length === times ? counted(times, 'place') : `${count(places.length)} of ${counted(times, 'place')}`}
          </summary>
          <ul className="places">
            {places.slice(0, placesShown).map((place, index) => (
              <li key={index}>
                <button className="link" onClick={() => backend.openSource(place.file, place.line ?? 1)}>
                  <VisibleText text={place.file} />
                  {place.line === null ? '' : `:${place.line}`}
                  {place.column === null ? '' : `:${place.column}`}
                </button>{' '}
                <VisibleText text={place.message} />
                {place.row === null ? (
                  place.line === null ? null : <span className="muted"> Not among the rows.</span>
                ) : (
                  <>
                    {' '}
                    <button className="link" onClick={() => useDataset.getState().goToRow(place.row ?? 1)}>
                      Row {count(place.row)}
                    </button>
                  </>
                )}
              </li>
            ))}
          </ul>
          {places.length > placesShown ? <p className="muted">and {count(places.length - placesShown)} more</p> : null}
        </details>
      )}
    </li>
  );
}
