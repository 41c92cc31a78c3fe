import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { takeDevice } from '../../../src/backend/platform/deviceLease.ts';
import { ownIdentity } from '../../../src/backend/platform/process.ts';
import { Services } from '../../../src/backend/services.ts';
import { newestBackup } from '../../../src/backend/store/backups.ts';
import { transact } from '../../../src/backend/store/changes.ts';
import { claimJob, readJob } from '../../../src/backend/store/jobs.ts';
import { insertAttempt } from '../../../src/backend/store/attempts.ts';
import { backUpWhenStale } from '../../../src/backend/store/migrate.ts';
import { setRunState } from '../../../src/backend/store/runState.ts';
import { attemptIdSchema } from '../../../src/protocol/ids.ts';
import { damageDatabase } from '../../support/damage.ts';
import { RunBench } from '../../support/runBench.ts';
import { EventWriter } from '../../support/trainerEvents.ts';

let bench: RunBench;
let services: Services;
const signal = new AbortController().signal;

beforeEach(async () => {
  bench = new RunBench();
  await bench.addDataset('sums');
  services = new Services({ workspace: bench.workspace, home: bench.context.home, env: {} });
});
afterEach(() => {
  services.dispose();
  bench.dispose();
});

function backUp(): void {
  backUpWhenStale(bench.store.db, bench.store);
}

/** Puts everything into the file itself, and damages it. */
function damage(): void {
  bench.store.db.pragma('wal_checkpoint(TRUNCATE)');
  damageDatabase(bench.workspace.database);
}

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

test('a database that is whole is left as it is', async () => {
  backUp();
  expect(services.restore.plan()).toMatchObject({ problem: null, backup: null });
  expect(await services.restore.restore(signal)).toMatchObject({ problem: null, trash: null });
  expect(existsSync(bench.workspace.trash)).toBe(false);
});

test('the newest backup that verifies takes the place of a damaged one, which is kept in the trash with its log', async () => {
  backUp();
  const good = newestBackup(bench.workspace.database);
  const torn = path.join(bench.workspace.training, 'backups', '29990101T000000Z-schema-2-1.db');
  writeFileSync(torn, readFileSync(good?.path ?? '').subarray(0, 5000));
  damage();
  const bytes = readFileSync(bench.workspace.database);
  writeFileSync(`${bench.workspace.database}-wal`, 'a log');
  const plan = services.restore.plan();
  expect(plan).toMatchObject({ problem: { code: 'database_damaged' }, backup: good, rejected: [{ path: torn }], loses: expect.stringContaining(good?.made ?? 'no backup') });
  expect(readFileSync(bench.workspace.database).equals(bytes)).toBe(true);
  const { trash } = await services.restore.restore(signal);
  expect(readdirSync(trash ?? '').sort()).toEqual(expect.arrayContaining(['training.db']));
  expect(readFileSync(path.join(trash ?? '', 'training.db')).equals(bytes)).toBe(true);
  expect(services.datasets.list().map(({ name }) => name)).toEqual(['sums']);
  expect(services.restore.plan().problem).toBeNull();
});

test('what the backup lacks is read from the folders', async () => {
  const early = await bench.start({ dataset: 'sums' });
  const waiting = await bench.start({ dataset: 'sums' });
  const attempt = attemptIdSchema.parse('att_one');
  transact(bench.store, (note) => {
    const token = claimJob(bench.store, note, early.jobId, 'worker:1') ?? 0;
    insertAttempt(bench.store, note, { id: attempt, runId: early.runId, jobId: early.jobId, token, device: 'cpu' });
    setRunState(bench.store, note, early.runId, { state: 'running' });
  });
  backUp();
  await bench.addDataset('sums', 500);
  await bench.addDataset('proof', 1000);
  const late = await bench.start({ dataset: 'sums' });
  const [first, second] = [new EventWriter('att_one'), new EventWriter('att_two', 1_700_001_000)];
  const done = { state: 'completed', step: 8, checkpoint: 'step-000008', adapter: 'adapter', adapterSha256: 'x', seconds: 9 };
  appendFileSync(path.join(bench.folder(early.runId), 'events.jsonl'), first.plan(0, 8) + first.steps(1, 6) + second.plan(4, 8) + second.steps(5, 8) + second.line('done', done));
  appendFileSync(path.join(bench.folder(late.runId), 'events.jsonl'), new EventWriter('att_late').plan(0, 8));
  damage();
  expect(await services.restore.restore(signal)).toMatchObject({ datasets: 2, runs: 2 });
  const { store } = services;
  expect(services.datasets.list().map(({ name, version }) => `${name} ${String(version)}`).sort()).toEqual(['proof 1', 'sums 2']);
  expect(services.runs.find(early.runId)).toMatchObject({ state: 'completed', step: 8, attempts: 2 });
  expect(readJob(store, early.jobId)).toMatchObject({ status: 'skipped', reason: 'database_restored' });
  expect(services.runs.find(late.runId)).toMatchObject({ state: 'interrupted' });
  // It waits as it did.
  expect(services.runs.find(waiting.runId)).toMatchObject({ state: 'queued' });
  expect(readJob(store, waiting.jobId)).toMatchObject({ status: 'queued' });
});

test('without a backup the index is made again from the folders', async () => {
  damage();
  expect(services.restore.plan()).toMatchObject({ problem: { code: 'database_damaged' }, backup: null, loses: expect.stringContaining('There is no backup') });
  expect(await services.restore.restore(signal)).toMatchObject({ backup: null, datasets: 1, runs: 0 });
  expect(services.datasets.list()).toHaveLength(1);
});

test('another program’s database is moved away', async () => {
  bench.store.db.exec('CREATE TABLE theirs (x)');
  expect(services.restore.plan()).toMatchObject({ problem: { code: 'database_foreign' } });
  const { trash } = await services.restore.restore(signal);
  expect(existsSync(path.join(trash ?? '', 'training.db'))).toBe(true);
  expect(services.datasets.list()).toHaveLength(1);
});

describe('nothing is done', () => {
  test('to one of a newer version', () => {
    bench.store.db.pragma('user_version = 99');
    expect(() => services.restore.plan()).toThrow(code('database_newer'));
  });

  test('while a trainer of the workspace lives', async () => {
    damage();
    const { workspace, context } = bench;
    takeDevice(context.home.leases, 'cpu', { workspace: workspace.root, runId: 'run_busy', holders: [ownIdentity()] });
    await expect(services.restore.restore(signal)).rejects.toEqual(code('database_in_use'));
    expect(existsSync(workspace.trash)).toBe(false);
  });

  test('where there is none', () => {
    const empty = new Services({ workspace: { ...bench.workspace, training: path.join(bench.root, 'none'), database: path.join(bench.root, 'none', 'training.db') }, home: bench.context.home, env: {} });
    expect(() => empty.restore.plan()).toThrow(code('database_missing'));
  });
});
