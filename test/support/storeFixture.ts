import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { attemptIdSchema, runIdSchema, type AttemptId, type RunId } from '../../src/protocol/ids.ts';
import { insertAttempt } from '../../src/backend/store/attempts.ts';
import { transact } from '../../src/backend/store/changes.ts';
import { openStore, type Store } from '../../src/backend/store/db.ts';
import { insertRun } from '../../src/backend/store/runs.ts';

/** A store in a folder of its own, with a clock that rises by a second at each look. */
export interface StoreFixture {
  folder: string;
  store: Store;
  addRun: (name: string, changes?: { agent?: string; model?: string }) => RunId;
  addAttempt: (runId: RunId, name: string) => AttemptId;
  dispose: () => void;
}

export function makeStoreFixture(): StoreFixture {
  const folder = mkdtempSync(path.join(tmpdir(), 'training-camp-'));
  let seconds = Date.UTC(2026, 0, 1) / 1000;
  const clock = { now: () => new Date((seconds += 1) * 1000), monotonicMs: () => performance.now(), sleep: () => Promise.resolve() };
  const store = openStore(path.join(folder, 'training.db'), { clock });
  return {
    folder,
    store,
    addRun: (name, changes = {}) => {
      const id = runIdSchema.parse(`run_${name}`);
      const run = {
        id, jobId: `job_${name}`, method: 'sft', model: changes.model ?? 'tiny', modelSha256: 'm', datasetId: 'ds_d', datasetVersion: 1,
        agent: changes.agent ?? null, parentRunId: null, configHash: 'c', gitCommit: null, path: path.join(folder, id), created: clock.now().toISOString(),
      };
      transact(store, (note) => insertRun(store, note, run));
      return id;
    },
    addAttempt: (runId, name) => {
      const id = attemptIdSchema.parse(`att_${name}`);
      transact(store, (note) => insertAttempt(store, note, { id, runId, jobId: 'job_x', token: 1, device: 'cpu' }));
      return id;
    },
    dispose: () => {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
