import type { Logger } from 'pino';
import { failure } from '../../protocol/errors.ts';
import { runIdSchema, type RunId } from '../../protocol/ids.ts';
import { isDiskFull } from '../platform/diskSpace.ts';
import { transact } from '../store/changes.ts';
import type { Store } from '../store/db.ts';
import { adoptJob, claimJob, finishJob, setWaitReason, type Job } from '../store/jobs.ts';
import { setRunState, setWaitingPhase } from '../store/runState.ts';
import { sqliteCode } from '../store/sqlite.ts';

const mostTries = 3;
const waiting = 'waiting_for_system';
const passingCodes = ['BUSY', 'LOCKED', 'IOERR', 'FULL', 'READONLY', 'CANTOPEN'].map((name) => `SQLITE_${name}`);

/**
 * Jobs that the worker could not begin or take over. One of them must neither end the worker nor stop the others: it is
 * tried again, and failed with its reason when it goes wrong again and again. What the machine may mend by itself or a
 * person without touching the job (a full disk, a drive that is not there) counts for nothing: the job waits.
 */
export class Troubles {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #claimedBy: string;
  readonly #tries = new Map<string, number>();

  constructor(init: { store: Store; log: Logger; claimedBy: string }) {
    this.#store = init.store;
    this.#log = init.log;
    this.#claimedBy = init.claimedBy;
  }

  forget(jobId: string): void {
    this.#tries.delete(jobId);
  }

  /** Notes a failure of work on a job; ends the job where it was the last one that it may have. */
  note(job: Job, error: unknown): void {
    const mayPass = isPassing(error);
    this.#log[mayPass ? 'warn' : 'error']({ err: error, jobId: job.id, runId: job.runId }, 'the job could not be worked on');
    if (mayPass) {
      this.#wait(job);
      return;
    }
    const tries = (this.#tries.get(job.id) ?? 0) + 1;
    this.#tries.set(job.id, tries);
    if (tries >= mostTries) this.#fail(job, error);
  }

  #wait(job: Job): void {
    const store = this.#store;
    const { runId } = job;
    if (runId === null || job.reason === waiting) return;
    try {
      transact(store, (note) => {
        setWaitReason(store, note, job.id, waiting);
        setWaitingPhase(store, note, runId, waiting);
      });
    } catch (error) {
      this.#log.warn({ err: error, jobId: job.id }, 'why the job waits could not be stored');
    }
  }

  #fail(job: Job, cause: unknown): void {
    const store = this.#store;
    try {
      transact(store, (note) => {
        const token = job.status === 'queued' ? claimJob(store, note, job.id, this.#claimedBy) : adoptJob(store, note, job.id, this.#claimedBy);
        if (token === null || !finishJob(store, note, job.id, token, { status: 'failed', reason: 'internal' })) return;
        const message = `The worker could not work on the run: ${cause instanceof Error ? cause.message : String(cause)}`;
        if (job.runId !== null) setRunState(store, note, job.runId, { state: 'failed', reason: 'internal', message, hint: 'The worker’s log, .training/logs/worker.log, has the details.' });
      });
      this.#tries.delete(job.id);
    } catch (error) {
      this.#log.error({ err: error, jobId: job.id }, 'the job could not be ended; it is tried again');
    }
  }
}

/** The run of a job. Parsed, because its folder is named by it, and a database may have come from elsewhere. */
export function requireRunId(job: Job): RunId {
  const id = runIdSchema.safeParse(job.runId);
  if (id.success) return id.data;
  throw failure('job_without_run', `Job ${job.id} names no run.`);
}

/** Whether an error says that the disk is full, to files or to SQLite. */
export function isOutOfRoom(error: unknown): boolean {
  return isDiskFull(error) || sqliteCode(error) === 'SQLITE_FULL';
}

/** What the file system or the database's file says, not what a row says. */
function isPassing(error: unknown): boolean {
  const code = sqliteCode(error);
  if (code !== undefined) return passingCodes.some((passing) => code.startsWith(passing));
  return error instanceof Error && 'syscall' in error;
}
