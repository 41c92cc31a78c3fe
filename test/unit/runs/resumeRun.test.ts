import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { cancelJob } from '../../../src/backend/jobs/queue.ts';
import { workspaceAt } from '../../../src/backend/platform/workspace.ts';
import { findRun } from '../../../src/backend/runs/findRun.ts';
import { extendRun, resumeRun } from '../../../src/backend/runs/resumeRun.ts';
import { planQueue } from '../../../src/backend/runs/queuePlan.ts';
import { openStore } from '../../../src/backend/store/db.ts';
import { readJob } from '../../../src/backend/store/jobs.ts';
import { RunBench } from '../../support/runBench.ts';

let bench: RunBench;

beforeEach(async () => {
  bench = new RunBench();
  await bench.addDataset('sums');
  await bench.addDataset('proof', 1000);
});
afterEach(() => bench.dispose());

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

/** A run that was stopped after a checkpoint. */
async function stopped(evalDataset: string | null, priority: 'high' | 'normal' | 'low' = 'normal') {
  const { runId, jobId } = await bench.start({ dataset: 'sums', evalDataset }, priority);
  bench.addCheckpoint(runId, 20);
  cancelJob(bench.store, jobId);
  return runId;
}

describe('the validation dataset', () => {
  test('of --eval-dataset is in the run file, with places in its own rows', async () => {
    const { runId } = await bench.start({ dataset: 'sums', evalDataset: 'proof' });
    const { dataset } = bench.runFile(runId);
    expect(dataset).toMatchObject({ validationSplit: 'data/validation.idx', validationDataset: { id: 'ds_proof', version: 1 } });
    expect(dataset.validationRowsPath).not.toBe(dataset.rowsPath);
    const rows = readFileSync(path.resolve(bench.folder(runId), dataset.validationRowsPath ?? ''));
    const places = readFileSync(path.join(bench.folder(runId), 'data', 'validation.idx'));
    expect(places.length).toBeGreaterThan(0);
    for (let at = 0; at < places.length; at += 24) {
      const offset = Number(places.readBigInt64LE(at + 8));
      expect(rows.toString('utf8', offset, offset + Number(places.readBigInt64LE(at + 16)))).toContain('What is 10');
    }
  });

  test('is the trained one where none is named', async () => {
    const { runId } = await bench.start({ dataset: 'sums' });
    expect(bench.runFile(runId).dataset).toMatchObject({ validationSplit: 'data/validation.idx', validationRowsPath: null, validationDataset: null });
  });

  test('stays with a run that is extended', async () => {
    const runId = await stopped('proof');
    const before = bench.runFile(runId).dataset;
    const extended = await extendRun(bench.context, runId, 2, { priority: null });
    expect(bench.runFile(extended.runId).dataset).toEqual(before);
    const validation = (id: string) => readFileSync(path.join(bench.folder(id), 'data', 'validation.idx'));
    expect(validation(extended.runId)).toEqual(validation(runId));
  });

  test('may not have changed', async () => {
    const runId = await stopped('proof');
    appendFileSync(path.resolve(bench.folder(runId), bench.runFile(runId).dataset.validationRowsPath ?? ''), '\n');
    await expect(resumeRun(bench.context, runId, { priority: null })).rejects.toThrow(code('dataset_changed'));
    await expect(extendRun(bench.context, runId, 2, { priority: null })).rejects.toThrow(code('dataset_changed'));
  });
});

describe('the priority', () => {
  test.each([
    [null, 'high'],
    ['low', 'low'],
  ] as const)('asked as %s is %s after it was high', async (asked, expected) => {
    const runId = await stopped(null, 'high');
    const extended = await extendRun(bench.context, runId, 1, { priority: asked });
    const resumed = await resumeRun(bench.context, runId, { priority: asked });
    for (const { jobId } of [extended, resumed]) expect(readJob(bench.store, jobId)?.priority).toBe(expected);
  });
});

test('a run goes on after its workspace was moved', async () => {
  const runId = await stopped('proof');
  bench.store.close();
  const workspace = workspaceAt(path.join(bench.root, 'elsewhere'));
  renameSync(bench.workspace.root, workspace.root);
  const store = openStore(workspace.database);
  onTestFinished(() => store.close());
  const context = { ...bench.context, workspace, store, cwd: workspace.root };
  expect(await resumeRun(context, runId, { priority: null })).toMatchObject({ checkpoint: 'step-000020' });
  expect(findRun(store, runId).path).toBe(path.join(workspace.runs, runId));
});

test('a run that is not over is neither resumed nor extended', async () => {
  const { runId } = await bench.start({ dataset: 'sums' });
  bench.addCheckpoint(runId, 20);
  await expect(resumeRun(bench.context, runId, { priority: null })).rejects.toThrow(code('run_not_over'));
  await expect(extendRun(bench.context, runId, 1, { priority: null })).rejects.toThrow(code('run_not_over'));
});

test('a torn config.json is named, and the plan of the queue goes on without it', async () => {
  const runId = await stopped(null);
  const waiting = await bench.start({ dataset: 'sums' });
  for (const id of [runId, waiting.runId]) writeFileSync(path.join(bench.folder(id), 'config.json'), '{"v": 1, "ru');
  await expect(resumeRun(bench.context, runId, { priority: null })).rejects.toThrow(code('run_folder_damaged'));
  expect((await planQueue(bench.context, false)).jobs).toMatchObject([{ runId: waiting.runId, tokens: null }]);
});
