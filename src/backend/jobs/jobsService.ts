import type { JobPriority, JobSummary, QueueResult } from '../../protocol/jobs.ts';
import type { RunId } from '../../protocol/ids.ts';
import type { RunState } from '../../protocol/runs.ts';
import { ensureWorker, livingWorker, readyWorker, reconcile, workerLog, type ReadyWorker, type WorkerHost } from './ensureWorker.ts';
import type { Store } from '../store/db.ts';
import * as queue from './queue.ts';
import { stopRun, waitForEnd } from './stopRun.ts';

/** The queue and the worker, as commands use them. */
export interface JobsService {
  list(options: { minDepth: number; includeEnded: boolean }): QueueResult;
  health(minDepth: number): queue.QueueHealth;
  /** True when work moves and at least `minDepth` jobs are queued or processing. */
  isHealthy(minDepth: number): boolean;
  pause(): void;
  /** Also starts a worker where work waits. */
  resume(): Promise<void>;
  move(job: string, to: number): JobSummary;
  prioritize(job: string, priority: JobPriority): JobSummary;
  cancel(job: string): Promise<JobSummary>;
  /** Asks a run to end, and answers its state now. */
  stop(runId: RunId, request: 'stop' | 'discard'): Promise<RunState>;
  /** Waits for a run's end; answers the state at the end of the wait. */
  waitForEnd(runId: RunId, options: { timeoutMs: number; signal: AbortSignal }): Promise<RunState>;
  /** Call it after something was enqueued, which stays so where no worker can be had. */
  readyWorker(): Promise<ReadyWorker>;
  /** A worker, or an error that says why there is none. */
  ensureWorker(): Promise<{ pid: number; hasStarted: boolean }>;
  livingWorkerPid(): number | null;
  /** Resolves when no worker lives, or the signal is aborted. */
  waitForWorkerEnd(signal: AbortSignal): Promise<void>;
  /** Path of the worker's log. */
  readonly log: string;
  /** Makes the states true after a crash. Cheap when nothing is to be done. */
  reconcile(): Promise<void>;
}

/** `host.store` is opened where something is written that needs nothing before it; the rest looks into what is there. */
export function makeJobs(host: WorkerHost & { readonly presentStore: Store }): JobsService {
  const { presentStore: store, workspace, home, env } = host;
  const present: WorkerHost = { store, workspace, home, env, notify: (text) => host.notify(text) };
  return {
    list: (options) => queue.listQueue(store, options),
    health: (minDepth) => queue.checkHealth(store, minDepth),
    isHealthy: (minDepth) => queue.isHealthy(store, minDepth),
    pause: () => queue.setPaused(host.store, true),
    resume: async () => {
      queue.setPaused(host.store, false);
      await reconcile(host);
    },
    move: (job, to) => queue.moveJob(store, queue.parseJobId(job), to),
    prioritize: (job, priority) => queue.prioritizeJob(store, queue.parseJobId(job), priority),
    cancel: async (job) => {
      const summary = queue.cancelJob(store, queue.parseJobId(job));
      // The worker tells the trainer; a dead one is replaced first.
      await reconcile(present);
      return summary;
    },
    stop: async (runId, request) => {
      const state = stopRun(store, runId, request);
      await reconcile(present);
      return state;
    },
    waitForEnd: (runId, options) => waitForEnd(store, runId, { ...options, lookAgain: () => reconcile(present) }),
    readyWorker: () => readyWorker(host),
    ensureWorker: async () => {
      const { worker, hasStarted } = await ensureWorker(host);
      return { pid: worker.pid, hasStarted };
    },
    waitForWorkerEnd: async (signal) => {
      while (livingWorker(store) !== null && !signal.aborted) await store.clock.sleep(200, signal);
    },
    log: workerLog(host.workspace),
    livingWorkerPid: () => livingWorker(store)?.pid ?? null,
    reconcile: () => reconcile(present),
  };
}
