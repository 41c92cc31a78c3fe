import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore, type Store } from '../../src/backend/store/db.ts';
import { transact } from '../../src/backend/store/changes.ts';
import { insertJob } from '../../src/backend/store/jobs.ts';
import { insertRun } from '../../src/backend/store/runs.ts';
import { jobIdSchema, runIdSchema, type JobId, type RunId } from '../../src/protocol/ids.ts';
import type { JobPriority } from '../../src/protocol/jobs.ts';
import { TestClock } from './testClock.ts';

/** A folder that goes with the test. */
export function testFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'camp-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A database of its own with a clock that the test moves. */
export function testStore(folder = testFolder()): { store: Store; clock: TestClock; file: string } {
  const clock = new TestClock();
  const file = path.join(folder, 'training.db');
  const store = openStore(file, { clock });
  onTestFinished(() => store.close());
  return { store, clock, file };
}

/** A queued run with its job. */
export function addJob(store: Store, name: string, priority: JobPriority = 'normal', maxAttempts = 3): { jobId: JobId; runId: RunId } {
  const jobId = jobIdSchema.parse(`job_${name}`);
  const runId = runIdSchema.parse(`run_${name}`);
  transact(store, (note) => {
    insertRun(store, note, {
      id: runId, jobId, method: 'sft', model: 'tiny', modelSha256: 'm', datasetId: 'ds_a', datasetVersion: 1, agent: null,
      parentRunId: null, configHash: 'c', gitCommit: null, path: `/runs/${runId}`, created: store.clock.now().toISOString(),
    });
    insertJob(store, note, { id: jobId, runId, lane: 'device', priority, configHash: 'c', gitCommit: null, maxAttempts });
  });
  return { jobId, runId };
}
