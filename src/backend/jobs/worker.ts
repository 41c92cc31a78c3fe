import type { Logger } from 'pino';
import { releaseDevice, takeDevice, type DeviceLease } from '../platform/deviceLease.ts';
import { freeDiskBytes, isDiskFull } from '../platform/diskSpace.ts';
import type { ProcessIdentity } from '../platform/process.ts';
import type { Reserve } from '../platform/reserve.ts';
import { latestAttempt } from '../store/attempts.ts';
import { pruneChanges, transact } from '../store/changes.ts';
import type { Store } from '../store/db.ts';
import { adoptJob, processingJobs, queuedJobs, requeueJob, setWaitReason, type Job } from '../store/jobs.ts';
import { beatLease, LeaseWatch, readLease, releaseLease, takeLease } from '../store/leases.ts';
import { backUpWhenStale } from '../store/migrate.ts';
import { orphanRuns, setRunState, setWaitingPhase } from '../store/runState.ts';
import { sqliteCode } from '../store/sqlite.ts';
import { deviceChoices, type DeviceChoice } from './devices.ts';
import { isPaused } from './queue.ts';
import { RetryClock } from './retryClock.ts';
import { RunSupervisor, type SupervisorContext } from './supervisor.ts';
import { beatMs, leaseMs, workerLease } from './workerLease.ts';

export interface WorkerInit {
  store: Store;
  log: Logger;
  identity: ProcessIdentity;
  gpus: readonly string[];
  /** Identifies the workspace in the machine's device leases. */
  workspaceRoot: string;
  /** The `device` setting of a run. */
  readDeviceSetting: (runId: string) => string;
  supervisor: Omit<SupervisorContext, 'store' | 'log' | 'claimedBy' | 'worker'>;
  /** Ends after this long without work. */
  idleMs: number;
  /** Nothing starts with less room than this. */
  minFreeBytes: number;
  /** Room on the workspace's disk for storing that the disk is full. */
  reserve: Reserve;
}

/** idle: no work · handover: asked to let go · superseded: another holds the lease · unneeded: another works here. */
export type WorkerEnd = 'idle' | 'handover' | 'superseded' | 'unneeded';

const loopMs = 150;

/**
 * The one process that executes a workspace's jobs. It holds the worker lease, goes on with what an earlier worker left,
 * claims queued jobs while their device is free, and follows each run to its end. When it ends, its trainers go on.
 */
export class Worker {
  readonly #init: WorkerInit;
  readonly #retries: RetryClock;
  readonly #active = new Map<string, RunSupervisor>();
  #isSuperseded = false;

  constructor(init: WorkerInit) {
    this.#init = init;
    this.#retries = new RetryClock(init.store.clock);
  }

  async run(signal: AbortSignal): Promise<WorkerEnd> {
    const token = await this.#takeLease(signal);
    if (token === null) return 'unneeded';
    const { store, log } = this.#init;
    log.info({ token }, 'the worker has begun');
    const context: SupervisorContext = {
      ...this.#init.supervisor, store, log, claimedBy: `${workerLease}:${token}`, worker: this.#init.identity,
    };
    this.#recover(context);
    // The first beat says that what the last worker left is taken care of. From a timer, because a run's end may take long.
    this.#beat(token);
    const beats = setInterval(() => this.#beat(token), beatMs);
    try {
      const end = await this.#loop(context, token, signal);
      if (end === 'idle') this.#backUp();
      log.info({ end }, 'the worker ends');
      return end;
    } finally {
      clearInterval(beats);
      releaseLease(store, workerLease, token);
    }
  }

  #backUp(): void {
    try {
      backUpWhenStale(this.#init.store.db, this.#init.store);
    } catch (error) {
      this.#init.log.warn({ err: error }, 'the database could not be backed up');
    }
  }

  async #takeLease(signal: AbortSignal): Promise<number | null> {
    const { store, identity } = this.#init;
    const watch = new LeaseWatch(store, workerLease);
    const first = readLease(store, workerLease);
    let expired: number | undefined;
    while (!signal.aborted) {
      const token = takeLease(store, workerLease, identity, expired);
      if (token !== null) return token;
      const lease = readLease(store, workerLease);
      // It moves: that one works, and nobody needs us. It stands still: wait until that is certain.
      if (lease !== null && lease.holder !== null && first?.token === lease.token && lease.heartbeat !== first.heartbeat) return null;
      if (lease !== null && first?.token !== lease.token && lease.heartbeat > 0) return null;
      const still = watch.stillMs();
      expired = still.ms > leaseMs ? still.token : undefined;
      await store.clock.sleep(loopMs, signal);
    }
    return null;
  }

  #beat(token: number): void {
    try {
      if (!beatLease(this.#init.store, workerLease, token)) this.#isSuperseded = true;
    } catch (error) {
      // A full disk, or a lock held for long: the lease shows by itself whether that went on for too long.
      this.#init.log.warn({ err: error }, 'the heartbeat could not be stored');
    }
  }

  /** Goes on with every job that was being processed: adopts living trainers, ends dead attempts. */
  #recover(context: SupervisorContext): void {
    const { store, log } = this.#init;
    for (const job of processingJobs(store)) {
      const attempt = job.runId === null ? null : latestAttempt(store, job.runId);
      if (attempt === null || attempt.ended !== null || attempt.device === null) {
        // Claim and attempt are one transaction, so only a hand in the database makes this: begin anew.
        log.error({ jobId: job.id }, 'a job was being processed without an open attempt');
        this.#requeue(context, job);
        continue;
      }
      const device = takeDevice(context.leasesFolder, attempt.device, this.#use(attempt.runId, attempt.process));
      // A trainer that lives holds its device itself, so only a dead one can have lost it: nothing is to be released then.
      const lease = device ?? { device: attempt.device, generation: 0, workspace: this.#init.workspaceRoot, runId: attempt.runId };
      const supervisor = RunSupervisor.adopt(context, { job, attempt, device: lease });
      if (supervisor !== null) this.#active.set(job.id, supervisor);
    }
    for (const runId of orphanRuns(store)) {
      log.warn({ runId }, 'a run had no job');
      transact(store, (note) =>
        setRunState(store, note, runId, { state: 'interrupted', reason: 'internal', message: 'No job stands for this run.', hint: 'training resume RUN goes on.' }),
      );
    }
    pruneChanges(store);
  }

  #requeue(context: SupervisorContext, job: Job): void {
    const { store } = this.#init;
    transact(store, (note) => {
      const token = adoptJob(store, note, job.id, context.claimedBy);
      if (token !== null) requeueJob(store, note, job.id, token, { reason: 'killed', notBefore: null, isRefunded: true });
      if (job.runId !== null) setRunState(store, note, job.runId, { state: 'queued' });
    });
  }

  async #loop(context: SupervisorContext, token: number, signal: AbortSignal): Promise<WorkerEnd> {
    const { store } = this.#init;
    let idleSince = store.clock.monotonicMs();
    while (!signal.aborted) {
      if (this.#isSuperseded) return 'superseded';
      if (readLease(store, workerLease)?.isHandoverAsked === true) return 'handover';
      for (const supervisor of this.#active.values()) await this.#guard({ runId: supervisor.runId }, () => this.#tick(supervisor));
      await this.#guard({}, () => this.#claimNext(context));
      const now = store.clock.monotonicMs();
      if (this.#active.size > 0 || this.#hasWork()) idleSince = now;
      else if (now - idleSince >= this.#init.idleMs && this.#releaseIfIdle(token)) return 'idle';
      await store.clock.sleep(loopMs, signal);
    }
    return 'handover';
  }

  async #tick(supervisor: RunSupervisor): Promise<void> {
    const result = await supervisor.tick();
    if (result.kind === 'running') return;
    this.#active.delete(supervisor.jobId);
    if (result.kind === 'over' && result.retryAfterMs !== null) this.#retries.schedule(supervisor.jobId, result.retryAfterMs);
  }

  // One run's trouble must not end the worker: what could not be stored is read again, from the offset that was.
  async #guard(about: { runId?: string }, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const isFull = isDiskFull(error) || sqliteCode(error) === 'SQLITE_FULL';
      if (isFull) this.#init.reserve.release();
      this.#init.log[isFull ? 'warn' : 'error']({ err: error, ...about }, 'a step of the worker failed; it is tried again');
      await this.#init.store.clock.sleep(beatMs);
    }
  }

  async #claimNext(context: SupervisorContext): Promise<void> {
    const { store } = this.#init;
    if (isPaused(store)) return;
    for (const job of queuedJobs(store)) {
      if (job.runId === null || !this.#retries.isDue(job.id, job.notBefore)) continue;
      if (freeDiskBytes(context.runsFolder) < this.#init.minFreeBytes) {
        this.#wait(job, job.runId, 'disk_full');
        continue;
      }
      this.#init.reserve.keep();
      const taken = this.#takeDevice(context, job.runId);
      if (taken === null) {
        this.#wait(job, job.runId, 'waiting_for_device');
        continue;
      }
      if (await this.#start(context, job, job.runId, taken)) return;
    }
  }

  async #start(context: SupervisorContext, job: Job, runId: string, taken: { lease: DeviceLease; choice: DeviceChoice }): Promise<boolean> {
    this.#retries.forget(job.id);
    let supervisor: RunSupervisor | null = null;
    try {
      supervisor = await RunSupervisor.start(context, { job, runId, device: taken.lease, env: taken.choice.env });
    } finally {
      if (supervisor === null) releaseDevice(context.leasesFolder, taken.lease);
      else this.#active.set(job.id, supervisor);
    }
    return supervisor !== null;
  }

  #takeDevice(context: SupervisorContext, runId: string): { lease: DeviceLease; choice: DeviceChoice } | null {
    for (const choice of deviceChoices(this.#init.readDeviceSetting(runId), this.#init.gpus, process.platform)) {
      const lease = takeDevice(context.leasesFolder, choice.key, this.#use(runId, null));
      if (lease !== null) return { lease, choice };
    }
    return null;
  }

  #use(runId: string, trainer: ProcessIdentity | null): { workspace: string; runId: string; holders: ProcessIdentity[] } {
    const holders = trainer === null ? [this.#init.identity] : [this.#init.identity, trainer];
    return { workspace: this.#init.workspaceRoot, runId, holders };
  }

  #wait(job: Job, runId: string, reason: 'waiting_for_device' | 'disk_full'): void {
    if (job.reason === reason) return;
    const { store } = this.#init;
    transact(store, (note) => {
      setWaitReason(store, note, job.id, reason);
      setWaitingPhase(store, note, runId, reason === 'disk_full' ? 'waiting_for_disk' : 'waiting_for_device');
    });
  }

  #hasWork(): boolean {
    const { store } = this.#init;
    return !isPaused(store) && queuedJobs(store).length > 0;
  }

  // In one transaction with the look at the queue: whoever enqueues after it finds the lease free and starts a worker.
  #releaseIfIdle(token: number): boolean {
    const { store } = this.#init;
    return transact(store, () => {
      if (this.#hasWork() || processingJobs(store).length > 0) return false;
      releaseLease(store, workerLease, token);
      return true;
    });
  }
}
