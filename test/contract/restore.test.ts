import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspaceAt } from '../../src/backend/platform/workspace.ts';
import { openStore } from '../../src/backend/store/db.ts';
import { backUpWhenStale } from '../../src/backend/store/migrate.ts';
import { startBackend, type BackendUnderTest } from '../support/backendClient.ts';
import { damageDatabase } from '../support/damage.ts';
import { addStoredRun } from '../support/storedRun.ts';
import { until } from '../support/until.ts';

let folder = '';
let backends: BackendUnderTest[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'restore-'));
  mkdirSync(path.join(folder, 'workspace'));
});
afterEach(async () => {
  await Promise.all(backends.map((backend) => backend.end()));
  backends = [];
  rmSync(folder, { recursive: true, force: true });
});

const root = () => path.join(folder, 'workspace');

async function start(): Promise<BackendUnderTest> {
  const backend = await startBackend(root(), { TRAINING_CAMP_HOME: path.join(folder, 'home') });
  backends.push(backend);
  return backend;
}

/** A workspace with a run, a backup that knows of it, and a damaged database. */
function damagedWorkspace(): string {
  const run = addStoredRun(root(), { name: 'kept', steps: 20 });
  const store = openStore(workspaceAt(root()).database);
  backUpWhenStale(store.db, store);
  store.close();
  damageDatabase(workspaceAt(root()).database);
  return run;
}

test('a damaged database is told, planned, restored, and told to be well again', async () => {
  const run = damagedWorkspace();
  const backend = await start();
  await until('the failure', () => backend.storeFailures.length > 0);
  expect(backend.storeFailures[0]).toMatchObject({ code: 'database_damaged' });
  await expect(backend.request('runs/list', {})).rejects.toThrow('is damaged');
  const plan = await backend.request('workspace/planRestore', {});
  expect(plan).toMatchObject({ problem: { code: 'database_damaged' }, backup: { sizeBytes: expect.any(Number) } });
  expect(await backend.request('workspace/restoreBackup', {})).toMatchObject({ backup: plan.backup, trash: expect.stringContaining('trash') });
  expect((await backend.request('runs/list', {})).runs.map(({ id }) => id)).toEqual([run]);
  await until('the good news', () => backend.storeFailures.at(-1) === null);
  expect(backend.changed.at(-1)?.changes).toContainEqual({ topic: 'everything', id: null });
});

test('a window that has the old file open follows the one that took its place', async () => {
  addStoredRun(root(), { name: 'first', steps: 20 });
  const backend = await start();
  expect((await backend.request('runs/list', {})).runs).toHaveLength(1);
  const { database } = workspaceAt(root());
  rmSync(database);
  for (const suffix of ['-wal', '-shm']) rmSync(database + suffix, { force: true });
  addStoredRun(root(), { name: 'second', steps: 20 });
  await until('the other database', async () => (await backend.request('runs/list', {})).runs.some(({ id }) => id.includes('second')));
});

test('a database that another program made is moved away with what it holds', async () => {
  mkdirSync(workspaceAt(root()).training);
  writeFileSync(workspaceAt(root()).database, 'not a database, but long enough to have a header of its own. '.repeat(40));
  const backend = await start();
  await until('the failure', () => backend.storeFailures.length > 0);
  expect(await backend.request('workspace/restoreBackup', {})).toMatchObject({ backup: null, datasets: 0, runs: 0 });
  expect((await backend.request('runs/list', {})).runs).toEqual([]);
});
