import { count, shortCount } from '../../src/common/figures.ts';
import type { PanelBackend } from '../shared/backend.ts';
import { Button, ButtonRow } from '../shared/parts/button.tsx';
import type { UseDataset } from './datasetStore.ts';
import { oneDecimal } from './numbers.ts';
import { VisibleText } from '../shared/parts/visibleText.tsx';

/** What the dataset is, and what can be done with it. */
export function Header({ useDataset, backend }: { useDataset: UseDataset; backend: PanelBackend }) {
  const { report, chooseVersion, selected, pager, inspectFrom } = useDataset();
  if (report === null) return null;
  const { dataset, versions } = report;
  const newest = versions.at(-1)?.version ?? dataset.version;
  const { train, validation, test } = dataset.splits;
  return (
    <header>
      <div className="titleRow">
        <h1>
          <VisibleText text={dataset.name} />
        </h1>
        <label className="version">
          <span className="visually-hidden">Version</span>
          <select value={dataset.version} onChange={(event) => chooseVersion(Number(event.target.value) === newest ? null : Number(event.target.value))}>
            {versions.toReversed().map(({ version, rows, created }) => (
              <option key={version} value={version}>
                {`v${version} · ${count(rows)} rows · ${new Date(created).toLocaleDateString()}${version === newest ? ' · newest' : ''}`}
              </option>
            ))}
          </select>
        </label>
        <ButtonRow label="What can be done with the dataset">
          <Button look="primary" icon="flame" onClick={() => backend.act('datasets.train', dataset.id)}>
            Train on This
          </Button>
          <Button icon="symbol-key" onClick={() => inspectFrom(pager.row(selected)?.row ?? 1)}>
            Inspect Tokens
          </Button>
          <Button icon="trash" onClick={() => backend.act('datasets.remove', dataset.id)}>
            Remove…
          </Button>
        </ButtonRow>
      </div>
      <dl className="facts">
        <Fact label="Rows" value={count(dataset.rows)} />
        <Fact label="Train / validation / test" value={`${count(train)} / ${count(validation)} / ${count(test)}`} />
        <Fact label="Tokens, about" value={shortCount(dataset.tokens)} />
        <Fact label="Mean quality" value={dataset.quality === null ? '–' : `${oneDecimal(dataset.quality)} of 10`} />
        <Fact label="Format" value={dataset.format} />
        <Fact label="Grader" value={dataset.grader} />
        <div className="fact path">
          <dt>Folder</dt>
          <dd title={dataset.path}>
            <VisibleText text={dataset.path} />
          </dd>
        </div>
      </dl>
    </header>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div className="fact">
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
