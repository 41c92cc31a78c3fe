import path from 'node:path';
import { expect, test } from 'vitest';
import { homeAt, workspaceAt } from '../../../src/backend/platform/workspace.ts';
import { makeRuns } from '../../../src/backend/runs/runsService.ts';
import { openStore } from '../../../src/backend/store/db.ts';
import { transact } from '../../../src/backend/store/changes.ts';
import { finishJob, claimJob } from '../../../src/backend/store/jobs.ts';
import { setRunState } from '../../../src/backend/store/runState.ts';
import { addJob, testStore } from '../../support/testStore.ts';

/** A queued run whose worker is dead; the next one, which only a look at the queue starts, completes it. */
function deadWorker() {
  const { store, file } = testStore();
  const ids = addJob(store, 'a');
  // Another connection, as the worker's is: a reader sees no other changes.
  const worker = openStore(file, { clock: store.clock });
  const root = path.dirname(file);
  let looks = 0;
  const runs = makeRuns(
    { workspace: workspaceAt(root), home: homeAt(root), env: {}, store, cwd: root },
    {
      readyWorker: async () => await Promise.resolve({ worker: null, problem: null }),
      reconcile: async () => {
        looks += 1;
        transact(worker, (note) => {
          const token = claimJob(worker, note, ids.jobId, 'worker:2') ?? 0;
          if (!finishJob(worker, note, ids.jobId, token, { status: 'completed', reason: null })) return;
          setRunState(worker, note, ids.runId, { state: 'completed' });
        });
        await Promise.resolve();
      },
      workerPid: () => null,
      queue: () => ({ jobs: [], healthy: false, paused: false }),
    },
  );
  return { runs, runId: ids.runId, looks: () => looks, dispose: () => worker.close() };
}

test('who follows a run gets it going again when its worker died, and sees its end', async () => {
  const { runs, runId, looks, dispose } = deadWorker();
  const states: string[] = [];
  for await (const run of runs.follow(runId, new AbortController().signal)) states.push(run.state);
  expect(states).toEqual(['queued', 'completed']);
  expect(looks()).toBe(1);
  dispose();
});

test('so does who follows its log', async () => {
  const { runs, runId, looks, dispose } = deadWorker();
  for await (const line of runs.followLog(runId, 10, new AbortController().signal)) expect(line).toBe('');
  expect(looks()).toBe(1);
  dispose();
});
