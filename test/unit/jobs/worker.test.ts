import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { cancelJob } from '../../../src/backend/jobs/queue.ts';
import { RunSupervisor, type SupervisorContext } from '../../../src/backend/jobs/supervisor.ts';
import { Worker } from '../../../src/backend/jobs/worker.ts';
import { systemClock, type Clock } from '../../../src/backend/platform/clock.ts';
import { ownIdentity } from '../../../src/backend/platform/process.ts';
import { Reserve } from '../../../src/backend/platform/reserve.ts';
import { insertAttempt, latestAttempt } from '../../../src/backend/store/attempts.ts';
import { transact } from '../../../src/backend/store/changes.ts';
import { openStore, type Store } from '../../../src/backend/store/db.ts';
import { claimJob, readJob } from '../../../src/backend/store/jobs.ts';
import { readStanding } from '../../../src/backend/store/runState.ts';
import { attemptIdSchema } from '../../../src/protocol/ids.ts';
import { addJob, testFolder } from '../../support/testStore.ts';

const log = pino({ level: 'silent' });
/** Waits for nothing: what the worker tries again, it tries again at once. */
const clock: Clock = { ...systemClock, sleep: async () => await new Promise((resolve) => setImmediate(resolve)) };

/** A worker on real folders whose Python is missing: a run that it begins fails with that, so that it is known to have been reached. */
function bench() {
  const root = testFolder();
  const runs = path.join(root, 'runs');
  const store = openStore(path.join(root, 'training.db'), { clock });
  const supervisor = {
    runsFolder: runs,
    leasesFolder: path.join(root, 'leases'),
    trainer: { python: path.join(root, 'no-python'), folder: root, env: {} },
    applyEvents: (): void => undefined,
    onCompleted: async (): Promise<void> => await Promise.resolve(),
    stopGraceMs: 1000,
    discardGraceMs: 1000,
    retryDelayMs: () => 0,
  };
  const add = (name: string) => {
    const ids = addJob(store, name);
    mkdirSync(path.join(runs, ids.runId), { recursive: true });
    writeFileSync(path.join(runs, ids.runId, 'config.json'), '{}');
    return ids;
  };
  const work = async () => {
    const worker = new Worker({
      store, log, identity: ownIdentity(), gpus: [], workspaceRoot: root, readDeviceSetting: () => 'cpu', supervisor,
      idleMs: 0, minFreeBytes: 0, reserve: new Reserve(path.join(root, '.reserve'), 1024),
    });
    return await worker.run(new AbortController().signal);
  };
  return { root, runs, store, supervisor, add, work };
}

const begin = (store: Store, ids: { jobId: string; runId: string }) =>
  transact(store, (note) => {
    const token = claimJob(store, note, ids.jobId, 'worker:0') ?? 0;
    insertAttempt(store, note, { id: attemptIdSchema.parse(`att_${ids.runId.slice(4)}`), ...ids, token, device: 'cpu' });
    return token;
  });

describe('one bad job', () => {
  it('whose run folder was deleted fails with that word; the next begins, and the folder stays away', async () => {
    const { runs, store, add, work } = bench();
    const gone = add('gone');
    const next = add('next');
    rmSync(path.join(runs, gone.runId), { recursive: true });
    expect(await work()).toBe('idle');
    expect(readStanding(store, gone.runId)).toMatchObject({ state: 'failed', reason: 'environment', message: expect.stringContaining('deleted or moved') });
    expect(readStanding(store, next.runId)?.message).toContain('could not be started');
    expect(existsSync(path.join(runs, gone.runId))).toBe(false);
    store.close();
  });

  it('that cannot be taken over ends neither the worker nor the others', async () => {
    const { store, add, work } = bench();
    const torn = add('torn');
    begin(store, torn);
    store.db.prepare(`UPDATE attempts SET process_json = '{"pid":'`).run();
    const next = add('next');
    expect(await work()).toBe('idle');
    expect(readStanding(store, torn.runId)).toMatchObject({ state: 'failed', reason: 'internal' });
    expect(readJob(store, torn.jobId)?.status).toBe('failed');
    expect(readStanding(store, next.runId)?.message).toContain('could not be started');
    store.close();
  });

  it.each(['../../outside', 'run_../outside', null])('with the run id %j touches nothing and holds nobody up', async (hostile) => {
    const { root, store, add, work } = bench();
    const { jobId } = add('bad');
    store.db.prepare('UPDATE jobs SET run_id = ? WHERE id = ?').run(hostile, jobId);
    const next = add('next');
    expect(await work()).toBe('idle');
    expect(readJob(store, jobId)).toMatchObject({ status: 'failed', reason: 'internal' });
    expect(readStanding(store, next.runId)?.message).toContain('could not be started');
    expect(existsSync(path.join(root, 'outside'))).toBe(false);
    store.close();
  });

  it('of a run that is not there fails', async () => {
    const { store, add, work } = bench();
    const { jobId, runId } = add('lost');
    store.db.prepare('DELETE FROM runs WHERE id = ?').run(runId);
    expect(await work()).toBe('idle');
    expect(readJob(store, jobId)?.status).toBe('failed');
    store.close();
  });
});

it('a stop that arrives while an attempt is judged ends the run instead of trying it again', async () => {
  const { store, supervisor, add } = bench();
  const ids = add('late');
  begin(store, ids);
  const given: string[] = [];
  const context: SupervisorContext = {
    ...supervisor, store, log, claimedBy: 'worker:1', worker: ownIdentity(), giveBack: (device) => given.push(device.device),
    // Called between the look at the job and the verdict: where another process may write.
    applyEvents: () => void cancelJob(store, ids.jobId),
  };
  const job = readJob(store, ids.jobId);
  const attempt = latestAttempt(store, ids.runId);
  if (job === null || attempt === null) throw new Error('the job did not begin');
  const adopted = RunSupervisor.adopt(context, { job, attempt, device: { device: 'cpu', generation: 1, workspace: '/', runId: ids.runId } });
  expect(await adopted?.tick()).toEqual({ kind: 'over', retryAfterMs: null });
  expect(readJob(store, ids.jobId)).toMatchObject({ status: 'skipped', reason: 'cancelled' });
  expect(readStanding(store, ids.runId)?.state).toBe('cancelled');
  expect(given).toEqual(['cpu']);
  store.close();
});
