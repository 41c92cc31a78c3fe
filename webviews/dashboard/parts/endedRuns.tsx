import { duration, figure } from '../../../src/common/figures.ts';
import { EmptyState } from '../../shared/parts/emptyState.tsx';
import { LinkButton } from '../../shared/parts/linkButton.tsx';
import { RunStateMark } from '../../shared/parts/runState.tsx';
import { Section } from '../../shared/parts/section.tsx';
import { Sparkline } from '../../shared/parts/sparkline.tsx';
import { Table } from '../../shared/parts/table.tsx';
import { useDashboard, usePanel } from '../panelContext.ts';

/** The newest runs that are over, and what they came to. */
export function EndedRuns() {
  const { backend } = usePanel();
  const status = useDashboard((state) => state.status);
  const curves = useDashboard((state) => state.curves);
  const ended = status?.runs.filter((run) => run.ended !== null) ?? [];
  return (
    <Section title="Newest finished runs" className="wide">
      {ended.length === 0 ? (
        <EmptyState icon="history" text={status === null ? ' ' : 'No run has ended yet.'} />
      ) : (
        <Table
          label="Newest finished runs"
          rows={ended}
          keyOf={({ id }) => id}
          columns={[
            { title: 'Run', cell: ({ id, dataset }) => <LinkButton onClick={() => backend.act('runs.open', id)}>{dataset}</LinkButton> },
            { title: 'Result', cell: ({ state }) => <RunStateMark state={state} /> },
            { title: 'Loss', cell: ({ id, loss }) => <Sparkline values={curves[id] ?? []} label={`Loss, at the end ${figure(loss)}`} /> },
            { title: 'Best validation', isNumber: true, cell: ({ bestValidationLoss }) => figure(bestValidationLoss) },
            { title: 'Duration', isNumber: true, cell: ({ seconds }) => duration(seconds) },
            { title: 'Ended', isNumber: true, cell: (run) => (run.ended === null ? '–' : new Date(run.ended).toLocaleString([], { dateStyle: 'short', timeStyle: 'short' })) },
          ]}
        />
      )}
    </Section>
  );
}
