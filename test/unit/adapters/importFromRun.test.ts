import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importFromRun, runOfFolder } from '../../../src/backend/adapters/importAdapter.ts';
import { findRun } from '../../../src/backend/runs/findRun.ts';
import { transact } from '../../../src/backend/store/changes.ts';
import { setRunState } from '../../../src/backend/store/runState.ts';
import type { AdapterSummary } from '../../../src/protocol/adapters.ts';
import { writeAdapter } from '../../support/adapterFiles.ts';
import { RunBench } from '../../support/runBench.ts';

let bench: RunBench;
let runId: string;

/** A run whose training is done and whose adapter could not be registered. */
beforeEach(async () => {
  bench = new RunBench();
  await bench.addDataset('sums');
  ({ runId } = await bench.start({ dataset: 'sums' }));
  writeAdapter(path.join(bench.folder(runId), 'adapter'));
  transact(bench.store, (note) => setRunState(bench.store, note, runId, { state: 'completed', message: 'No room.', hint: 'Import it.' }));
});
afterEach(() => bench.dispose());

const register = async (changes: { name?: string } = {}): Promise<AdapterSummary> =>
  await importFromRun(bench.context, findRun(bench.store, runId), { folder: runId, model: null, name: null, agent: null, ...changes }, new AbortController().signal);

test('a run’s adapter is registered once, as the run’s, and the run no longer complains', async () => {
  const adapter = await register();
  expect(adapter).toMatchObject({ runId, name: 'sums', version: 1 });
  expect(findRun(bench.store, runId)).toMatchObject({ state: 'completed', adapterId: adapter.id, message: null, hint: null });
  expect((await register()).id).toBe(adapter.id);
});

test('a broken adapter stays unregistered, with the complaint', async () => {
  writeFileSync(path.join(bench.folder(runId), 'adapter', 'adapter_model.safetensors'), 'torn');
  await expect(register()).rejects.toThrow();
  expect(findRun(bench.store, runId)).toMatchObject({ adapterId: null, message: 'No room.' });
});

test('a run is meant by its id and by its adapter folder, and by nothing else', () => {
  expect(runOfFolder(bench.context, runId)?.id).toBe(runId);
  expect(runOfFolder(bench.context, path.join(bench.folder(runId), 'adapter'))?.id).toBe(runId);
  for (const other of [bench.folder(runId), path.join(bench.folder(runId), 'adapter', 'x'), 'run_none', '../adapter', path.join(bench.workspace.runs, '..', 'adapter'), '/adapter', '']) {
    expect(runOfFolder(bench.context, other)).toBeNull();
  }
});

test('a run that is not completed, and a name for one that has one, are refused', async () => {
  await expect(register({ name: 'x' })).rejects.toMatchObject({ kind: 'usage' });
  transact(bench.store, (note) => setRunState(bench.store, note, runId, { state: 'interrupted' }));
  await expect(register()).rejects.toMatchObject({ code: 'run_not_completed' });
});
