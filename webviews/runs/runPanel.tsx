import { useEffect } from 'react';
import { Button } from '../shared/parts/button.tsx';
import { EmptyState } from '../shared/parts/emptyState.tsx';
import { ErrorLine, ReconnectingMark } from '../shared/parts/errorLine.tsx';
import { Checkpoints } from './parts/checkpoints.tsx';
import { Comparison } from './parts/comparison.tsx';
import { Alerts, Failure } from './parts/alerts.tsx';
import { Charts } from './parts/charts.tsx';
import { DeviceCard } from './parts/deviceCard.tsx';
import { Header } from './parts/header.tsx';
import { LogTail } from './parts/logTail.tsx';
import { Phases } from './parts/phases.tsx';
import { Stats } from './parts/stats.tsx';
import { useTitle } from './parts/useTitle.ts';
import { useBackend, useRunState } from './panelContext.ts';

/** A run: where it is, its curves, its machine, what it told. */
export function RunPanel() {
  const backend = useBackend();
  const data = useRunState(({ runs, id }) => runs[id]);
  const failure = useRunState((state) => state.failure);
  const isReconnecting = useRunState((state) => state.isReconnecting);
  const title = useTitle();
  useEffect(() => {
    if (title !== null) backend.entitle(title);
  }, [backend, title]);
  if (data === undefined) {
    return (
      <main className="page">
        <ReconnectingMark isShown={isReconnecting} />
        {failure !== null && (
          <EmptyState icon="graph-line" text={failure.message}>
            <Button onClick={() => backend.act('runs.open', 'latest')}>Open the newest run</Button>
          </EmptyState>
        )}
      </main>
    );
  }
  return (
    <main className="page">
      <ReconnectingMark isShown={isReconnecting} />
      <Header data={data} />
      {failure !== null && <ErrorLine message={failure.message} hint={failure.hint} />}
      <Stats run={data.run} preference={data.preference} />
      <Failure run={data.run} />
      <Charts />
      <Comparison />
      <div className="columns">
        <DeviceCard />
        <Phases run={data.run} />
        <Checkpoints data={data} />
        <Alerts data={data} />
      </div>
      <LogTail />
    </main>
  );
}
