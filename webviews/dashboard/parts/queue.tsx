import { useState } from 'react';
import { duration } from '../../../src/common/figures.ts';
import { Button } from '../../shared/parts/button.tsx';
import { EmptyState } from '../../shared/parts/emptyState.tsx';
import { ErrorLine } from '../../shared/parts/errorLine.tsx';
import { LinkButton } from '../../shared/parts/linkButton.tsx';
import { isTransient } from '../../shared/problems.ts';
import { Section } from '../../shared/parts/section.tsx';
import { Table } from '../../shared/parts/table.tsx';
import { useDashboard, usePanel } from '../panelContext.ts';

/** What waits, in order, with when it would start. */
export function Queue() {
  const { backend } = usePanel();
  const plan = useDashboard((state) => state.plan);
  const status = useDashboard((state) => state.status);
  const [problem, setProblem] = useState<string | null>(null);
  const isPaused = status?.queue.paused ?? false;
  const waiting = plan?.jobs.filter(({ position }) => position > 0) ?? [];
  const toggle = async () => {
    setProblem(null);
    try {
      await backend.request(isPaused ? 'queue/resume' : 'queue/pause', {});
    } catch (error) {
      if (!isTransient(error)) setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Section
      title="Queue"
      actions={
        <Button look="plain" icon={isPaused ? 'debug-continue' : 'debug-pause'} isDisabled={status === null} onClick={() => void toggle()} title={isPaused ? 'Lets the next run start' : 'Lets no further run start; what runs goes on'}>
          {isPaused ? 'Resume' : 'Pause'}
        </Button>
      }
    >
      {problem !== null && <ErrorLine message={problem} />}
      {isPaused && <p className="warning">Paused: no further run starts.</p>}
      {status !== null && !status.queue.healthy && <ErrorLine message="A run waits and no worker takes it." hint="Training: Doctor looks for the reason." />}
      {waiting.length === 0 ? (
        <EmptyState icon="list-ordered" text={plan === null ? ' ' : 'Nothing waits.'} />
      ) : (
        <Table
          label="Queue"
          rows={waiting}
          keyOf={({ jobId }) => jobId}
          columns={[
            { title: '#', isNumber: true, cell: ({ position }) => position },
            { title: 'Dataset', cell: ({ runId, dataset }) => <LinkButton onClick={() => backend.act('runs.open', runId)}>{dataset}</LinkButton> },
            { title: 'Priority', cell: ({ priority }) => priority },
            { title: 'Starts in', isNumber: true, cell: ({ startsInSeconds }) => duration(startsInSeconds) },
            { title: 'Takes', isNumber: true, cell: ({ seconds }) => duration(seconds) },
          ]}
        />
      )}
    </Section>
  );
}
