import { describe, expect, it } from 'vitest';
import { cancelJob, checkHealth, isHealthy, listQueue, moveJob, parseJobId, prioritizeJob, setPaused } from '../../../src/backend/jobs/queue.ts';
import { stopRun } from '../../../src/backend/jobs/stopRun.ts';
import { workerLease } from '../../../src/backend/jobs/workerLease.ts';
import { ownIdentity } from '../../../src/backend/platform/process.ts';
import { transact } from '../../../src/backend/store/changes.ts';
import type { Store } from '../../../src/backend/store/db.ts';
import { adoptJob, claimJob, finishJob, queuedJobs, readJob, requeueJob } from '../../../src/backend/store/jobs.ts';
import { takeLease } from '../../../src/backend/store/leases.ts';
import { readStanding } from '../../../src/backend/store/runState.ts';
import { addJob, testStore } from '../../support/testStore.ts';

const order = (store: Store) => queuedJobs(store).map((job) => job.id.slice('job_'.length));
const claim = (store: Store, id: string, by = 'worker:1') => transact(store, (note) => claimJob(store, note, id, by));
const code = (expected: string): unknown => expect.objectContaining({ code: expected });

describe('order', () => {
  it('is by priority, and by age within one', () => {
    const { store } = testStore();
    for (const [name, priority] of [['a', 'low'], ['b', 'normal'], ['c', 'high'], ['d', 'normal'], ['e', 'high'], ['f', 'low']] as const) addJob(store, name, priority);
    expect(order(store)).toEqual(['c', 'e', 'b', 'd', 'a', 'f']);
  });

  it('keeps a moved job where it was put when others arrive', () => {
    const { store } = testStore();
    addJob(store, 'a', 'normal');
    const { jobId } = addJob(store, 'z', 'low');
    expect(moveJob(store, jobId, 1).position).toBe(1);
    addJob(store, 'b', 'normal');
    expect(order(store)).toEqual(['z', 'a', 'b']);
    expect(moveJob(store, jobId, 99).position).toBe(3);
  });

  it('changes with the priority', () => {
    const { store } = testStore();
    addJob(store, 'a', 'high');
    addJob(store, 'b', 'normal');
    const { jobId } = addJob(store, 'c', 'low');
    expect(prioritizeJob(store, jobId, 'high')).toMatchObject({ position: 2, priority: 'high' });
    expect(order(store)).toEqual(['a', 'c', 'b']);
  });

  it('survives more inserts at one place than a double has digits', () => {
    const { store } = testStore();
    addJob(store, 'last', 'low');
    for (let index = 0; index < 120; index += 1) addJob(store, `n${String(index).padStart(3, '0')}`, 'normal');
    expect(order(store).at(-1)).toBe('last');
    expect(order(store).slice(0, -1)).toEqual([...order(store).slice(0, -1)].sort());
  });
});

describe('claims', () => {
  it('are given once', () => {
    const { store } = testStore();
    const { jobId } = addJob(store, 'a');
    expect(claim(store, jobId)).toBe(1);
    expect(claim(store, jobId, 'worker:2')).toBeNull();
  });

  it('refuse a late finisher whose job was adopted', () => {
    const { store } = testStore();
    const { jobId } = addJob(store, 'a');
    const late = claim(store, jobId) ?? 0;
    const now = transact(store, (note) => adoptJob(store, note, jobId, 'worker:2')) ?? 0;
    expect(now).toBeGreaterThan(late);
    expect(transact(store, (note) => finishJob(store, note, jobId, late, { status: 'failed', reason: 'late' }))).toBe(false);
    expect(transact(store, (note) => finishJob(store, note, jobId, now, { status: 'completed', reason: null }))).toBe(true);
    expect(readJob(store, jobId)).toMatchObject({ status: 'completed', attempts: 1 });
  });

  it('count a try, and give it back when nothing was tried', () => {
    const { store } = testStore();
    const { jobId } = addJob(store, 'a');
    const first = claim(store, jobId) ?? 0;
    transact(store, (note) => requeueJob(store, note, jobId, first, { reason: 'killed', notBefore: null, isRefunded: false }));
    const second = claim(store, jobId) ?? 0;
    transact(store, (note) => requeueJob(store, note, jobId, second, { reason: 'killed', notBefore: null, isRefunded: true }));
    expect(readJob(store, jobId)).toMatchObject({ status: 'queued', attempts: 1, token: 2 });
  });
});

describe('cancelling', () => {
  it('skips a queued job and cancels its run', () => {
    const { store } = testStore();
    const { jobId, runId } = addJob(store, 'a');
    expect(cancelJob(store, jobId)).toMatchObject({ status: 'skipped', reason: 'cancelled', position: null });
    expect(readStanding(store, runId)?.state).toBe('cancelled');
    expect(cancelJob(store, jobId).status).toBe('skipped');
  });

  it('asks a processing job to stop; discard is not taken back by a later stop', () => {
    const { store } = testStore();
    const { jobId, runId } = addJob(store, 'a');
    claim(store, jobId);
    expect(stopRun(store, runId, 'discard')).toBe('stopping');
    expect(stopRun(store, runId, 'stop')).toBe('stopping');
    expect(readJob(store, jobId)?.stopRequest).toBe('discard');
  });

  it('refuses to move what is no longer queued, and ids that are none', () => {
    const { store } = testStore();
    const { jobId } = addJob(store, 'a');
    claim(store, jobId);
    expect(() => moveJob(store, jobId, 1)).toThrow(code('job_not_queued'));
    expect(() => cancelJob(store, parseJobId('job_none'))).toThrow(code('job_not_found'));
    expect(() => parseJobId('../../etc/passwd')).toThrow(code('bad_job_id'));
  });
});

describe('health', () => {
  it('needs the depth that was asked for, a living worker, and an open queue', () => {
    const { store } = testStore();
    expect(isHealthy(store, 0)).toBe(true);
    expect(isHealthy(store, 1)).toBe(false);
    addJob(store, 'a');
    expect(checkHealth(store, 1).reasons).toEqual(['no_worker']);
    takeLease(store, workerLease, ownIdentity());
    expect(isHealthy(store, 1)).toBe(true);
    expect(isHealthy(store, 2)).toBe(false);
    setPaused(store, true);
    expect(checkHealth(store, 1).reasons).toEqual(['paused']);
    expect(listQueue(store, { minDepth: 0, includeEnded: false })).toMatchObject({ paused: true, healthy: false });
  });
});
