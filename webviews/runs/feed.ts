import type { Change, PanelBackend } from '../shared/backend.ts';
import { makeLoaders } from '../shared/feed.ts';
import { RequestError } from '../shared/problems.ts';
import { shareBuckets } from './model/budget.ts';
import { mainKeys, sideChartsOf } from './model/metrics.ts';
import { methodOf, shown } from './model/shown.ts';
import { decodeSeries, type Series } from './model/series.ts';
import type { RunPanelState, RunStore } from './store.ts';

export const deviceKeys = ['cpuPercent', 'rssBytes', 'gpuPercent', 'gpuMemoryBytes', 'gpuMemoryTotalBytes', 'gpuTemperatureC', 'gpuPowerW'];
const deviceWidthPx = 48;
const logLines = 300;

/**
 * Keeps the store up to date: asks for what is shown at the start, when it changed, and anew after the backend was
 * away. Answers how to end.
 */
export function startFeed(backend: PanelBackend, store: RunStore): () => void {
  const loaders = makeLoaders((state) => store.setState(state));
  const status = loaders.add(100, (signal) => loadStatus(backend, shown(store.getState()), signal), (runs) => store.setState({ runs }));
  const curves = loaders.add(100, (signal) => loadSeries(backend, store.getState(), signal), (series) => store.setState({ series }));
  const details = loaders.add(700, (signal) => loadDetails(backend, shown(store.getState()), signal), (loaded) => store.setState({ details: loaded }));
  const log = loaders.add(500, (signal) => backend.request('runs/logs', { run: store.getState().id, tail: logLines }, signal), ({ lines }) => store.setState({ log: lines }));
  const others = loaders.add(10_000, (signal) => backend.request('runs/list', { limit: 200 }, signal), ({ runs }) => store.setState({ others: runs }));
  const all = [status, curves, details, log, others];
  for (const one of all) one.refresh();

  const unsubscribe = store.subscribe((now, before) => {
    if (now.ui.overlays !== before.ui.overlays) for (const one of [status, curves, details]) one.restart();
    else if (now.ui.zoom !== before.ui.zoom || now.widths !== before.widths || methodOf(now) !== methodOf(before)) curves.restart();
  });
  const stopListening = backend.onChanged((changes) => {
    if (concerns(changes, store.getState())) for (const one of [status, curves, details, log]) one.refresh();
    if (changes.some(({ topic }) => topic === 'runs' || topic === 'everything')) others.refresh();
  });
  return () => {
    unsubscribe();
    stopListening();
    loaders.dispose();
  };
}

/** A run may be named otherwise than by its id, such as `latest`; changes name ids. */
function concerns(changes: readonly Change[], { runs }: RunPanelState): boolean {
  const ids = Object.values(runs).map(({ run }) => run.id);
  return changes.some(({ topic, id }) => topic === 'everything' || (topic === 'runs' && (id === null || ids.length === 0 || ids.some((known) => known === id))));
}

async function loadStatus(backend: PanelBackend, ids: readonly string[], signal: AbortSignal): Promise<RunPanelState['runs']> {
  return await each(ids, (run) => backend.request('runs/status', { run }, signal));
}

async function loadDetails(backend: PanelBackend, ids: readonly string[], signal: AbortSignal): Promise<RunPanelState['details']> {
  return await each(ids, (run) => backend.request('runs/details', { run }, signal));
}

async function loadSeries(backend: PanelBackend, state: RunPanelState, signal: AbortSignal): Promise<RunPanelState['series']> {
  const ids = shown(state);
  const { zoom } = state.ui;
  const sideKeys = sideChartsOf(methodOf(state)).flatMap(({ keys }) => keys);
  const range = { from: zoom?.from ?? null, to: zoom?.to ?? null };
  const [main = 1, side = 1, device = 1] = shareBuckets([
    { metrics: mainKeys.length, widthPx: state.widths.main, runs: ids.length },
    { metrics: sideKeys.length, widthPx: state.widths.side, runs: ids.length },
    { metrics: deviceKeys.length, widthPx: deviceWidthPx, runs: 1 },
  ]);
  return await each(ids, async (run) => {
    const answers = await Promise.all([
      backend.request('runs/envelopes', { run, keys: mainKeys, buckets: main, ...range }, signal),
      backend.request('runs/envelopes', { run, keys: sideKeys, buckets: side, ...range }, signal),
      ...(run === state.id ? [backend.request('runs/envelopes', { run, keys: deviceKeys, buckets: device }, signal)] : []),
    ]);
    return Object.fromEntries(answers.flatMap(({ series }) => series.map((one): [string, Series] => [one.key, decodeSeries(one)])));
  });
}

/** A run over this one that is gone takes nothing with it; the panel's own run, the first, must be there. */
async function each<T>(ids: readonly string[], load: (id: string) => Promise<T>): Promise<Record<string, T>> {
  const loaded: [string, T][] = [];
  for (const [index, id] of ids.entries()) {
    try {
      loaded.push([id, await load(id)]);
    } catch (error) {
      if (index === 0 || !(error instanceof RequestError) || error.code !== 'run_not_found') throw error;
    }
  }
  return Object.fromEntries(loaded);
}
