import { count } from '../../src/common/figures.ts';
import { Button, ButtonRow } from '../shared/parts/button.tsx';
import { ErrorLine, ReconnectingMark } from '../shared/parts/errorLine.tsx';
import { Stat, StatRow } from '../shared/parts/stat.tsx';
import { ActiveRuns } from './parts/activeRuns.tsx';
import { Adapters } from './parts/adapters.tsx';
import { AlertList } from './parts/alertList.tsx';
import { Datasets } from './parts/datasets.tsx';
import { EndedRuns } from './parts/endedRuns.tsx';
import { Machine } from './parts/machine.tsx';
import { Queue } from './parts/queue.tsx';
import { useDashboard, usePanel } from './panelContext.ts';
import { activeRuns, type Adapter, type Dataset, type Status } from './store.ts';

/** The workspace at a glance: what runs, what waits, what came of it, and whether all is well. */
export function Dashboard() {
  const { backend } = usePanel();
  const status = useDashboard((state) => state.status);
  const adapters = useDashboard((state) => state.adapters);
  const datasets = useDashboard((state) => state.datasets);
  const isReconnecting = useDashboard((state) => state.isReconnecting);
  const failure = useDashboard((state) => state.failure);
  return (
    <main className="dashboard page">
      <ReconnectingMark isShown={isReconnecting} />
      <header className="page-header">
        <div>
          <h1>Training Camp</h1>
          <p className="muted path">{status?.workspace ?? ' '}</p>
        </div>
        <ButtonRow label="Start">
          <Button icon="add" look="primary" onClick={() => backend.act('runs.start', null)}>
            Start a run
          </Button>
          <Button icon="database" onClick={() => backend.act('datasets.prepare', null)}>
            Add a dataset
          </Button>
        </ButtonRow>
      </header>
      {failure !== null && <ErrorLine message={failure.message} hint={failure.hint} />}
      <Figures status={status} adapters={adapters} datasets={datasets} />
      <div className="dashboard-grid">
        <ActiveRuns />
        <Queue />
        <EndedRuns />
        <Adapters />
        <Datasets />
        <AlertList />
        <Machine />
      </div>
    </main>
  );
}

function Figures({ status, adapters, datasets }: { status: Status | null; adapters: readonly Adapter[] | null; datasets: readonly Dataset[] | null }) {
  const queue = status?.queue;
  const deployed = adapters?.filter(({ state }) => state === 'deployed').length ?? 0;
  const rows = datasets?.reduce((sum, one) => sum + one.rows, 0) ?? null;
  const devices = status?.devices ?? [];
  return (
    <StatRow label="Figures">
      <Stat name="Running" value={count(status === null ? null : activeRuns(status).length)} note={devices.length === 0 ? undefined : `on ${devices.map(({ id }) => id).join(', ')}`} />
      <Stat name="Queued" value={count(queue?.queued ?? null)} note={queue?.paused === true ? 'paused' : undefined} tone={queue?.paused === true ? 'warning' : undefined} />
      <Stat name="Worker" value={status?.worker.state ?? '–'} note={status === null || status.worker.pid === null ? 'starts with the next run' : `process ${String(status.worker.pid)}`} />
      <Stat name="Health" value={queue === undefined ? '–' : queue.healthy ? 'good' : 'look'} note={queue?.healthy === false ? 'the queue does not move' : undefined} tone={queue === undefined ? undefined : queue.healthy ? 'good' : 'bad'} />
      <Stat name="Adapters" value={count(adapters?.length ?? null)} note={deployed === 0 ? undefined : `${count(deployed)} deployed`} />
      <Stat name="Datasets" value={count(datasets?.length ?? null)} note={rows === null || rows === 0 ? undefined : `${count(rows)} rows`} />
    </StatRow>
  );
}
