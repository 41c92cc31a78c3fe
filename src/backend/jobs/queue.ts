import { z } from 'zod';
import { jobIdSchema, type JobId } from '../../protocol/ids.ts';
import type { JobPriority, JobSummary, QueueResult } from '../../protocol/jobs.ts';
import { failure, notFound, usageError } from '../../protocol/errors.ts';
import { transact } from '../store/changes.ts';
import type { Store } from '../store/db.ts';
import * as jobs from '../store/jobs.ts';
import { isHeld, readLease } from '../store/leases.ts';
import { setRunState } from '../store/runState.ts';
import { readSetting, writeSetting } from '../store/settings.ts';
import { workerLease } from './workerLease.ts';

const pausedKey = 'queue.paused';
const shownEnded = 20;

/** The queue as callers see it: what runs, what waits in order, and the newest ended jobs. */
export function listQueue(store: Store, options: { minDepth: number; includeEnded: boolean }): QueueResult {
  const queued = jobs.queuedJobs(store).map((job, index) => jobs.toSummary(job, index + 1));
  const processing = jobs.processingJobs(store).map((job) => jobs.toSummary(job, null));
  const ended = options.includeEnded ? jobs.endedJobs(store, shownEnded).map((job) => jobs.toSummary(job, null)) : [];
  return {
    jobs: [...processing, ...queued, ...ended],
    healthy: checkHealth(store, options.minDepth).isHealthy,
    paused: isPaused(store),
  };
}

export interface QueueHealth {
  isHealthy: boolean;
  depth: number;
  reasons: string[];
}

/**
 * Whether work moves: at least `minDepth` jobs are queued or processing, and where there is any, a worker lives and the
 * queue is not paused.
 */
export function checkHealth(store: Store, minDepth: number): QueueHealth {
  const queued = jobs.queuedJobs(store).length;
  const depth = queued + jobs.processingJobs(store).length;
  const reasons: string[] = [];
  if (depth < minDepth) reasons.push('below_min_depth');
  if (depth > 0 && !isHeld(readLease(store, workerLease))) reasons.push('no_worker');
  if (queued > 0 && isPaused(store)) reasons.push('paused');
  return { isHealthy: reasons.length === 0, depth, reasons };
}

/** True when work moves and at least `minDepth` jobs are queued or processing. */
export function isHealthy(store: Store, minDepth: number): boolean {
  return checkHealth(store, minDepth).isHealthy;
}

export function isPaused(store: Store): boolean {
  return readSetting(store, pausedKey, z.boolean()) ?? false;
}

/** A paused queue starts nothing; what runs goes on. */
export function setPaused(store: Store, paused: boolean): void {
  transact(store, (note) => {
    writeSetting(store, note, pausedKey, paused);
    note('queue');
  });
}

/** Moves a queued job to place `to`, counting from 1. */
export function moveJob(store: Store, id: JobId, to: number): JobSummary {
  return transact(store, (note) => {
    requireQueued(store, id);
    jobs.moveJob(store, note, id, to);
    return summaryOf(store, id);
  });
}

/** Gives a queued job another priority, behind the others that have it. */
export function prioritizeJob(store: Store, id: JobId, priority: JobPriority): JobSummary {
  return transact(store, (note) => {
    requireQueued(store, id);
    jobs.setPriority(store, note, id, priority);
    return summaryOf(store, id);
  });
}

/** A queued job is skipped and its run cancelled; a processing one is asked to stop. An ended one stays as it is. */
export function cancelJob(store: Store, id: JobId, request: jobs.StopRequest = 'stop'): JobSummary {
  return transact(store, (note) => {
    const job = requireJob(store, id);
    if (job.status === 'queued') {
      jobs.skipQueuedJob(store, note, id, 'cancelled');
      if (job.runId !== null) setRunState(store, note, job.runId, { state: 'cancelled' });
    } else if (job.status === 'processing') {
      jobs.requestStop(store, note, id, request);
      if (job.runId !== null) setRunState(store, note, job.runId, { state: 'stopping' });
    }
    return summaryOf(store, id);
  });
}

/** A job with its place. */
function summaryOf(store: Store, id: string): JobSummary {
  const job = requireJob(store, id);
  const index = job.status === 'queued' ? jobs.queuedJobs(store).findIndex((queued) => queued.id === id) : -1;
  return jobs.toSummary(job, index === -1 ? null : index + 1);
}

/** Parses a job id as typed by a user. */
export function parseJobId(text: string): JobId {
  const parsed = jobIdSchema.safeParse(text);
  if (!parsed.success) throw usageError('bad_job_id', 'That is not a job’s id.', { hint: 'training queue lists the jobs.' });
  return parsed.data;
}

function requireJob(store: Store, id: string): jobs.Job {
  const job = jobs.readJob(store, id);
  if (job === null) throw notFound('job_not_found', `There is no job ${id}.`, { hint: 'training queue lists the jobs.' });
  return job;
}

function requireQueued(store: Store, id: string): void {
  const job = requireJob(store, id);
  if (job.status !== 'queued') {
    throw failure('job_not_queued', `Job ${id} is ${job.status}; only a queued job can be moved.`, { hint: 'training queue lists the jobs.' });
  }
}
