import { count } from '../../../src/common/figures.ts';
import { EmptyState } from '../../shared/parts/emptyState.tsx';
import { Section } from '../../shared/parts/section.tsx';
import { Table } from '../../shared/parts/table.tsx';
import type { RunData } from '../store.ts';

/** Where the run could be resumed from, newest first. */
export function Checkpoints({ data: { checkpoints } }: { data: RunData }) {
  const newest = checkpoints.toReversed();
  return (
    <Section title="Checkpoints">
      {newest.length === 0 ? (
        <EmptyState icon="save" text="None yet. A stop saves one." />
      ) : (
        <Table
          label="Checkpoints"
          rows={newest}
          keyOf={({ name, reason }) => `${name} ${reason}`}
          columns={[
            { title: 'Name', cell: ({ name }) => <span className="name">{name}</span> },
            { title: 'Step', isNumber: true, cell: ({ step }) => count(step) },
            { title: 'Saved', cell: ({ reason }) => reasons[reason] ?? reason },
          ]}
        />
      )}
    </Section>
  );
}

const reasons: Readonly<Record<string, string>> = { steps: 'by steps', time: 'by time', epoch: 'epoch', stop: 'stop', end: 'end' };
