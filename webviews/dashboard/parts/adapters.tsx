import { EmptyState } from '../../shared/parts/emptyState.tsx';
import { LinkButton } from '../../shared/parts/linkButton.tsx';
import { Section } from '../../shared/parts/section.tsx';
import { Table } from '../../shared/parts/table.tsx';
import { useDashboard, usePanel } from '../panelContext.ts';

/** Adapters with what their newest test said; one without a test offers it. */
export function Adapters() {
  const { backend } = usePanel();
  const adapters = useDashboard((state) => state.adapters);
  return (
    <Section title="Adapters">
      {adapters === null || adapters.length === 0 ? (
        <EmptyState icon="package" text={adapters === null ? ' ' : 'None yet. A run that completes makes one.'} />
      ) : (
        <Table
          label="Adapters"
          rows={adapters}
          keyOf={({ id }) => id}
          columns={[
            { title: 'Adapter', cell: ({ name, version }) => `${name}@${String(version)}` },
            { title: 'State', cell: ({ state }) => state },
            {
              title: 'Verdict',
              cell: ({ id, verdict }) => (verdict === null ? <LinkButton onClick={() => backend.act('adapters.test', id)}>Test against base</LinkButton> : <span className={tones[verdict]}>{verdict}</span>),
            },
          ]}
        />
      )}
    </Section>
  );
}

const tones: Readonly<Record<string, string>> = { deploy: 'good', review: 'warning', reject: 'bad' };
