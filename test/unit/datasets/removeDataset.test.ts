import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runIdSchema, type RunId } from '../../../src/protocol/ids.ts';
import type { RunState } from '../../../src/protocol/runs.ts';
import { transact } from '../../../src/backend/store/changes.ts';
import { insertRun } from '../../../src/backend/store/runs.ts';
import { setRunState } from '../../../src/backend/store/runState.ts';
import { DatasetBench, jsonLines } from '../../support/datasets.ts';

let bench: DatasetBench;
beforeEach(async () => {
  bench = new DatasetBench();
  for (const name of ['faq', 'held out']) await bench.prepare(bench.file(`${name}.jsonl`, jsonLines([{ prompt: `Is it ${name}?`, completion: 'Yes, it is.' }])), { name });
});
afterEach(() => bench.dispose());

function addRun(name: string, state: RunState, init: { hasCheckpoint: boolean; validationDataset?: string }): RunId {
  const id = runIdSchema.parse(`run_${name}`);
  const folder = path.join(bench.workspace.runs, id);
  transact(bench.store, (note) => {
    insertRun(bench.store, note, {
      id, jobId: `job_${name}`, method: 'sft', model: 'tiny', modelSha256: 'm', datasetId: 'ds_faq', datasetVersion: 1, agent: null,
      parentRunId: null, configHash: 'c', gitCommit: null, path: folder, created: '2026-01-01T00:00:00.000Z',
    });
    setRunState(bench.store, note, id, { state });
  });
  mkdirSync(path.join(folder, 'checkpoints', ...(init.hasCheckpoint ? ['step-000010'] : [])), { recursive: true });
  const validationDataset = init.validationDataset === undefined ? null : { id: init.validationDataset, version: 1, sha256: 'x' };
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ dataset: { id: 'ds_faq', validationDataset } }));
  return id;
}

const remove = (name: string, isForced = false, isConfirmed = true) => bench.datasets.remove(name, { isConfirmed, isForced });

it.each(['queued', 'starting', 'running', 'stopping'] as const)('refuses while a run is %s, whatever is confirmed', async (state) => {
  const id = addRun('one', state, { hasCheckpoint: true });
  await expect(remove('faq', true)).rejects.toMatchObject({ code: 'dataset_in_use', details: { runs: [{ id, state }] } });
  expect(existsSync(path.join(bench.workspace.datasets, 'ds_faq'))).toBe(true);
});

it.each(['cancelled', 'failed', 'interrupted'] as const)('refuses while a run that is %s could be resumed, and names it', async (state) => {
  const id = addRun('one', state, { hasCheckpoint: true });
  await expect(remove('faq')).rejects.toMatchObject({ code: 'dataset_in_use', kind: 'failed', message: expect.stringContaining(id), hint: expect.stringContaining('--force') });
  await expect(remove('faq', true, false)).rejects.toMatchObject({ kind: 'confirmation', message: expect.stringContaining(`${id} can then not be resumed`) });
  expect(await remove('faq', true)).toMatchObject({ endedRuns: [id] });
});

it('does not ask about runs that need it no more', async () => {
  addRun('done', 'completed', { hasCheckpoint: true });
  addRun('early', 'failed', { hasCheckpoint: false });
  expect(await remove('faq')).toMatchObject({ removed: { id: 'ds_faq', versions: 1 }, endedRuns: [] });
});

it('refuses while a run takes its validation rows from it', async () => {
  const id = addRun('one', 'running', { hasCheckpoint: false, validationDataset: 'ds_held-out' });
  await expect(remove('held out', true)).rejects.toMatchObject({ code: 'dataset_in_use', details: { runs: [{ id }] } });
});
