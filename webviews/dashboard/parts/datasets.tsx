import { count } from '../../../src/common/figures.ts';
import { Button } from '../../shared/parts/button.tsx';
import { EmptyState } from '../../shared/parts/emptyState.tsx';
import { LinkButton } from '../../shared/parts/linkButton.tsx';
import { Section } from '../../shared/parts/section.tsx';
import { Table } from '../../shared/parts/table.tsx';
import { useDashboard, usePanel } from '../panelContext.ts';

export function Datasets() {
  const { backend } = usePanel();
  const datasets = useDashboard((state) => state.datasets);
  return (
    <Section title="Datasets">
      {datasets === null || datasets.length === 0 ? (
        <EmptyState icon="database" text={datasets === null ? ' ' : 'None yet.'}>
          <Button onClick={() => backend.act('datasets.prepare', null)}>Add a dataset</Button>
        </EmptyState>
      ) : (
        <Table
          label="Datasets"
          rows={datasets}
          keyOf={({ id }) => id}
          columns={[
            { title: 'Dataset', cell: ({ id, name, version }) => <LinkButton onClick={() => backend.act('datasets.open', id)}>{`${name}@${String(version)}`}</LinkButton> },
            { title: 'Rows', isNumber: true, cell: ({ rows }) => count(rows) },
            { title: 'Tokens', isNumber: true, cell: ({ tokens }) => count(tokens) },
            { title: 'Quality', isNumber: true, cell: ({ quality }) => quality?.toFixed(1) ?? '–' },
          ]}
        />
      )}
    </Section>
  );
}
