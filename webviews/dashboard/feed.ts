import { envelopeFields } from '../../src/protocol/envelopeFields.ts';
import type { PanelBackend } from '../shared/backend.ts';
import { makeLoaders } from '../shared/feed.ts';
import type { DashboardState, DashboardStore, Run, RunAlert } from './store.ts';

/** Of so many runs the curve and the alerts are shown. */
const shownRuns = 10;
const sparklineBuckets = 80;

/** Keeps the store up to date. Answers how to end. */
export function startFeed(backend: PanelBackend, store: DashboardStore): () => void {
  const loaders = makeLoaders((state) => store.setState(state));
  const work = loaders.add(250, (signal) => loadWork(backend, signal), (loaded) => store.setState(loaded));
  const datasets = loaders.add(1000, (signal) => backend.request('datasets/list', {}, signal), (loaded) => store.setState(loaded));
  const adapters = loaders.add(1000, (signal) => backend.request('adapters/list', {}, signal), (loaded) => store.setState(loaded));
  const facts = loaders.add(5000, (signal) => backend.request('setup/facts', {}, signal), (loaded) => store.setState({ facts: loaded }));
  for (const one of [work, datasets, adapters, facts]) one.refresh();
  const stopListening = backend.onChanged((changes) => {
    const has = (...topics: string[]) => changes.some(({ topic }) => topic === 'everything' || topics.includes(topic));
    if (has('runs', 'jobs', 'queue', 'worker')) work.refresh();
    if (has('datasets')) datasets.refresh();
    if (has('adapters')) adapters.refresh();
    if (has('settings')) facts.refresh();
  });
  return () => {
    stopListening();
    loaders.dispose();
  };
}

/** The doctor looks at everything, which takes seconds: when a person asks. */
export async function examine(backend: PanelBackend, store: DashboardStore): Promise<void> {
  store.setState({ isExamining: true });
  try {
    const { checks } = await backend.request('setup/examine', {});
    store.setState({ checks, failure: null });
  } catch (error) {
    store.setState({ failure: { message: error instanceof Error ? error.message : String(error), hint: undefined } });
  } finally {
    store.setState({ isExamining: false });
  }
}

async function loadWork(backend: PanelBackend, signal: AbortSignal): Promise<Pick<DashboardState, 'status' | 'plan' | 'alerts' | 'curves'>> {
  const status = await backend.request('workspace/status', {}, signal);
  const plan = await backend.request('queue/plan', {}, signal);
  const curves: Record<string, ArrayLike<number>> = {};
  const alerts: RunAlert[] = [];
  for (const run of status.runs.filter(({ state }) => state !== 'queued').slice(0, shownRuns)) {
    const { series } = await backend.request('runs/envelopes', { run: run.id, keys: ['loss'], buckets: sparklineBuckets }, signal);
    const [loss] = series;
    if (loss !== undefined) curves[run.id] = new Float64Array(loss.data, envelopeFields.indexOf('mean') * loss.count * 8, loss.count);
    alerts.push(...(await alertsOf(backend, run, signal)));
  }
  alerts.sort((left, right) => right.at.localeCompare(left.at));
  return { status, plan, curves, alerts };
}

async function alertsOf(backend: PanelBackend, run: Run, signal: AbortSignal): Promise<RunAlert[]> {
  const { alerts } = await backend.request('runs/status', { run: run.id }, signal);
  const told = alerts.map(({ at, severity, message }) => ({ run, at, severity, message }));
  const hasFailed = run.message !== null && (run.state === 'failed' || run.state === 'interrupted');
  return hasFailed ? [...told, { run, at: run.ended ?? run.created, severity: 'error', message: [run.message, run.hint].filter((part) => part !== null).join(' ') }] : told;
}
