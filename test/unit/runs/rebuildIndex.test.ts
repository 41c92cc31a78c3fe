import { appendFileSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { takeDevice } from '../../../src/backend/platform/deviceLease.ts';
import { ownIdentity } from '../../../src/backend/platform/process.ts';
import { applyEvents } from '../../../src/backend/runs/applyEvents.ts';
import { readEnvelope } from '../../../src/backend/runs/envelope.ts';
import { rebuildIndex } from '../../../src/backend/runs/rebuildIndex.ts';
import { resumeRun } from '../../../src/backend/runs/resumeRun.ts';
import { latestAttempt } from '../../../src/backend/store/attempts.ts';
import { findDataset, listDatasets, listVersions } from '../../../src/backend/store/datasets.ts';
import { openStore, type Store } from '../../../src/backend/store/db.ts';
import { readRun } from '../../../src/backend/store/runs.ts';
import { RunBench } from '../../support/runBench.ts';
import { EventWriter } from '../../support/trainerEvents.ts';

let bench: RunBench;
let runId: string;

beforeEach(async () => {
  bench = new RunBench();
  await bench.addDataset('sums');
  ({ runId } = await bench.start({ dataset: 'sums' }));
});
afterEach(() => bench.dispose());

const events = (id: string) => path.join(bench.folder(id), 'events.jsonl');
const done = { state: 'completed', step: 8, checkpoint: 'step-000008', adapter: 'adapter', adapterSha256: 'x', seconds: 9 };
const failed = { reason: 'out_of_memory', transient: false, message: 'No memory.', hint: 'Use less.' };

/** The workspace's database as it is after somebody deleted it. */
function emptyStore(): Store {
  const store = openStore(path.join(bench.root, 'new.db'));
  onTestFinished(() => store.close());
  return store;
}

const rebuild = (store: Store) => rebuildIndex(store, bench.workspace, bench.context.home);
const lossOf = (store: Store) => readEnvelope(store.db, runId, 'loss', { from: null, to: null, buckets: 100, every: null });

test('datasets come back as they were, with every version', async () => {
  await bench.addDataset('sums', 500);
  await bench.addDataset('proof', 1000);
  const before = listDatasets(bench.store);
  const store = emptyStore();
  expect(rebuild(store)).toMatchObject({ datasets: 2, runs: 1 });
  const known = (version: object) => ({ ...version, reportJson: null, created: null });
  expect(listDatasets(store).map(known)).toEqual(before.map(known));
  expect(listVersions(store, before.find((one) => one.name === 'sums')?.id ?? bench.runFile(runId).dataset.id)).toHaveLength(2);
});

test('a run comes back with its points, those that a resume replaced left out', () => {
  const first = new EventWriter('att_one');
  const second = new EventWriter('att_two', 1_700_001_000);
  appendFileSync(events(runId), first.plan(0, 8) + first.steps(1, 6) + second.plan(4, 8) + second.steps(5, 8) + second.line('done', done));
  applyEvents(bench.store, runId, events(runId));
  const store = emptyStore();
  rebuild(store);
  expect(readRun(store, runId)).toMatchObject({
    state: 'completed', step: 8, totalSteps: 8, attempts: 2, jobId: null, datasetVersion: 1, dataset: 'sums', started: '2023-11-14T22:13:21.000Z',
    hint: expect.stringContaining(`adapter import ${runId}`),
  });
  expect(latestAttempt(store, runId)).toMatchObject({ id: 'att_two', number: 2, endReason: 'completed' });
  expect(lossOf(store).points.map((point) => point.step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(lossOf(store).summary.count).toBe(8);
});

describe('the state of a run', () => {
  test.each([
    ['without an attempt', () => '', { state: 'cancelled', step: 0 }],
    ['whose attempt has no end', (writer: EventWriter) => writer.plan(0, 8) + writer.steps(1, 3), { state: 'interrupted', step: 3 }],
    ['that was stopped', (writer: EventWriter) => writer.plan(0, 8) + writer.line('done', { ...done, state: 'cancelled' }), { state: 'cancelled' }],
    ['that failed', (writer: EventWriter) => writer.plan(0, 8) + writer.line('error', failed), { state: 'failed', reason: 'out_of_memory', hint: 'Use less.' }],
  ])('%s', (_name, write, expected) => {
    writeFileSync(events(runId), write(new EventWriter('att_one')));
    const store = emptyStore();
    rebuild(store);
    expect(readRun(store, runId)).toMatchObject(expected);
  });

  test('lets it go on from its checkpoint', async () => {
    const writer = new EventWriter('att_one');
    writeFileSync(events(runId), writer.plan(0, 8) + writer.steps(1, 3));
    const name = bench.addCheckpoint(runId, 3);
    const store = emptyStore();
    rebuild(store);
    expect(await resumeRun({ ...bench.context, store }, runId, { priority: null })).toMatchObject({ checkpoint: name, step: 3 });
  });
});

test('a torn last line, a torn run and foreign folders are left out', () => {
  const writer = new EventWriter('att_one');
  writeFileSync(events(runId), writer.plan(0, 8) + writer.steps(1, 3));
  truncateSync(events(runId), writer.plan(0, 8).length + writer.steps(1, 2).length);
  for (const name of ['run_torn', 'run_other', 'notes']) mkdirSync(bench.folder(name));
  writeFileSync(path.join(bench.folder('run_torn'), 'config.json'), '{"v": 1,');
  writeFileSync(path.join(bench.folder('run_other'), 'config.json'), JSON.stringify(bench.runFile(runId)));
  rmSync(path.join(bench.workspace.datasets, 'ds_sums', 'v1', 'index.db'));
  const store = emptyStore();
  expect(rebuild(store)).toMatchObject({ datasets: 0, runs: 1 });
  expect(findDataset(store, 'sums')).toBeNull();
});

test('nothing is done beside a database that knows of something, twice, or while a trainer lives', () => {
  expect(rebuild(bench.store)).toBeNull();
  const store = emptyStore();
  const lease = takeDevice(bench.context.home.leases, 'cpu', { workspace: bench.workspace.root, runId, holders: [ownIdentity()] });
  expect(lease).not.toBeNull();
  expect(rebuild(store)).toEqual({ datasets: 0, runs: 0, busy: [runId] });
  rmSync(bench.context.home.leases, { recursive: true });
  expect(rebuild(store)).toMatchObject({ runs: 1 });
  expect(rebuild(store)).toBeNull();
});
