import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ResponseError } from 'vscode-jsonrpc/node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { findHome, workspaceAt } from '../../src/backend/platform/workspace.ts';
import { Services } from '../../src/backend/services.ts';
import { errorDocumentSchema, methods, wirePrefix } from '../../src/protocol/contract.ts';
import { startBackend, type BackendUnderTest } from '../support/backendClient.ts';
import { until } from '../support/until.ts';

let folder = '';
let backend: BackendUnderTest;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'backend-'));
  backend = await startBackend(path.join(folder, 'workspace'), { TRAINING_CAMP_HOME: path.join(folder, 'home') });
});
afterAll(async () => {
  await backend.end();
  rmSync(folder, { recursive: true, force: true });
});

async function errorOf(answer: Promise<unknown>): Promise<z.infer<typeof errorDocumentSchema>> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof ResponseError) return errorDocumentSchema.parse(error.data);
    throw error;
  }
  throw new Error('it was answered');
}

test.each(Object.keys(methods))('%s refuses params that are no object with words and a code', async (name) => {
  expect((await errorOf(backend.requestRaw(name, { params: 'no object' }))).code).toBe('bad_params');
});

describe('in a folder that is no workspace', () => {
  test('reading answers with nothing', async () => {
    expect(await backend.request('runs/list', {})).toEqual({ runs: [], nextCursor: null });
    expect((await backend.request('datasets/list', {})).datasets).toEqual([]);
    expect((await backend.request('adapters/list', {})).adapters).toEqual([]);
    expect((await backend.request('queue/list', {})).jobs).toEqual([]);
    expect(await backend.request('sessions/list', {})).toMatchObject({ sessions: [], importable: [] });
    expect((await backend.request('workspace/status', {})).runs).toEqual([]);
  });

  test('and makes nothing', () => {
    expect(existsSync(path.join(folder, 'workspace'))).toBe(false);
    expect(existsSync(path.join(folder, 'home')) ? readdirSync(path.join(folder, 'home')) : []).toEqual([]);
  });
});

test('something unknown is an error with its own code', async () => {
  expect((await errorOf(backend.request('runs/status', { run: 'run_nothing' }))).code).toBe('run_not_found');
});

describe('with a dataset', () => {
  let second: Services | undefined;
  afterEach(() => second?.dispose());

  test('an import reports how far it is, and its result follows the schema', async () => {
    const file = path.join(folder, 'rows.jsonl');
    writeFileSync(file, Array.from({ length: 2000 }, (_, index) => JSON.stringify({ prompt: `question ${String(index)}`, completion: `answer ${String(index * 7)}` })).join('\n'));
    mkdirSync(path.join(folder, 'workspace'), { recursive: true });
    const progress: unknown[] = [];
    const result = await backend.request('datasets/prepare', { paths: [file], name: 'rows' }, { onProgress: (one) => progress.push(one) });
    expect(result.rows.kept).toBe(2000);
    expect(progress.length).toBeGreaterThan(0);
  });

  test('its rows come by page, with figures, the report and near duplicates', async () => {
    const page = await backend.request('datasets/page', { dataset: 'rows', filter: { tokens: { from: 1 } }, first: 1951, last: 2050 });
    expect(page).toMatchObject({ first: 1951, total: 2000, rows: { length: 50 } });
    expect((await backend.request('datasets/facets', { dataset: 'rows' })).rows).toBe(2000);
    expect((await backend.request('datasets/report', { dataset: 'rows' })).counts).toMatchObject({ read: 2000, kept: 2000 });
    expect((await backend.request('datasets/nearPairs', { dataset: 'rows' })).rows).toBe(2000);
  });

  test('what another process writes is told, and only once', async () => {
    const before = backend.changed.length;
    second = new Services({ workspace: workspaceAt(path.join(folder, 'workspace')), home: findHome({ TRAINING_CAMP_HOME: path.join(folder, 'home') }, process.platform), env: {} });
    second.jobs.pause();
    await until('the change', () => backend.changed.length > before);
    const told = backend.changed.slice(before).flatMap((one) => one.changes.map((change) => change.topic));
    expect(told).toContain('queue');
    expect(told.filter((topic) => topic === 'queue')).toHaveLength(1);
  });
});

test('a method that does not exist is refused', async () => {
  await expect(backend.requestRaw('nothing/like-this', {})).rejects.toThrow(`Unhandled method ${wirePrefix}nothing/like-this`);
});

test('it ends when its window is gone', async () => {
  const other = await startBackend(path.join(folder, 'other'), { TRAINING_CAMP_HOME: path.join(folder, 'home') });
  await other.hangUp();
  expect(() => process.kill(other.pid, 0)).toThrow('ESRCH');
});
