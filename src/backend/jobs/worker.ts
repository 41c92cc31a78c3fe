import type { Logger } from 'pino';
import { takeDevice, type DeviceLease } from '../platform/deviceLease.ts';
import { freeDiskBytes } from '../platform/diskSpace.ts';
import type { ProcessIdentity } from '../platform/process.ts';
import type { Reserve } from '../platform/reserve.ts';
import { latestAttempt } from '../store/attempts.ts';
import { pruneChanges, transact } from '../store/changes.ts';
import type { Store } from '../store/db.ts';
import { adoptJob, processingJobs, queuedJobs, requeueJob, setWaitReason, type Job } from '../store/jobs.ts';
import { beatLease, LeaseWatch, readLease, releaseLease, takeLease } from '../store/leases.ts';
import { backUpWhenStale } from '../store/migrate.ts';
import { orphanRuns, setRunState, setWaitingPhase } from '../store/runState.ts';
import { DeviceReturns } from './deviceReturns.ts';
import { deviceChoices, type DeviceChoice } from './devices.ts';
import { isPaused } from './queue.ts';
import { RetryClock } from './retryClock.ts';
import { RunSupervisor, type SupervisorContext } from './supervisor.ts';
import { isOutOfRoom, requireRunId, Troubles } from './troubles.ts';
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
  supervisor: Omit<SupervisorContext, 'store' | 'log' | 'claimedBy' | 'worker' | 'giveBack'>;
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
  readonly #returns: DeviceReturns;
  /** A run's setting never changes, and a long queue must not be read at each look. */
  readonly #deviceSettings = new Map<string, string>();
  #hasUnrecovered = false;
  #isSuperseded = false;

  constructor(init: WorkerInit) {
    this.#init = init;
    this.#retries = new RetryClock(init.store.clock);
    this.#returns = new DeviceReturns(init.supervisor.leasesFolder, init.log);
  }

  async run(signal: AbortSignal): Promise<WorkerEnd> {
    const token = await this.#takeLease(signal);
    if (token === null) return 'unneeded';
    const { store, log } = this.#init;
    log.info({ token }, 'the worker has begun');
    const claimedBy = `${workerLease}:${token}`;
    const context: SupervisorContext = {
      ...this.#init.supervisor, store, log, claimedBy, worker: this.#init.identity, giveBack: (device) => this.#returns.giveBack(device),
    };
    const troubles = new Troubles({ store, log, claimedBy });
    // From a timer, because a run's end may take long.
    const beats = setInterval(() => this.#beat(token), beatMs);
    try {
      this.#recover(context, troubles);
      // The first beat says that what the last worker left is taken care of.
      this.#beat(token);
      const end = await this.#loop({ context, troubles, token, signal });
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
      const { store } = this.#init;
      // A restored backup is another file: what is stored in the old one is lost.
      if (!store.isInPlace() || !beatLease(store, workerLease, token)) this.#isSuperseded = true;
    } catch (error) {
      // A full disk, or a lock held for long: the lease shows by itself whether that went on for too long.
      this.#init.log.warn({ err: error }, 'the heartbeat could not be stored');
    }
  }

  /** Makes true what an earlier worker left: its jobs go on, and a run without a job is called interrupted. */
  #recover(context: SupervisorContext, troubles: Troubles): void {
    const { store, log } = this.#init;
    this.#recoverJobs(context, troubles);
    try {
      for (const runId of orphanRuns(store)) {
        log.warn({ runId }, 'a run had no job');
        transact(store, (note) =>
          setRunState(store, note, runId, { state: 'interrupted', reason: 'internal', message: 'No job stands for this run.', hint: 'training resume RUN goes on.' }),
        );
      }
      pruneChanges(store);
    } catch (error) {
      // A full disk: the next worker does it.
      log.warn({ err: error }, 'what an earlier worker left could not be cleared');
    }
  }

  /** Goes on with every job that was being processed and is not followed yet. */
  #recoverJobs(context: SupervisorContext, troubles: Troubles): void {
    this.#hasUnrecovered = false;
    for (const job of processingJobs(this.#init.store)) {
      if (this.#active.has(job.id)) continue;
      try {
        this.#recoverJob(context, job);
        troubles.forget(job.id);
      } catch (error) {
        this.#hasUnrecovered = true;
        this.#makeRoom(error);
        troubles.note(job, error);
      }
    }
  }

  /** Adopts a living trainer, or ends a dead attempt. */
  #recoverJob(context: SupervisorContext, job: Job): void {
    const { store, log } = this.#init;
    const attempt = latestAttempt(store, requireRunId(job));
    if (attempt === null || attempt.ended !== null || attempt.device === null) {
      // Claim and attempt are one transaction, so only a hand in the database makes this: begin anew.
      log.error({ jobId: job.id }, 'a job was being processed without an open attempt');
      this.#requeue(context, job);
      return;
    }
    const device = takeDevice(context.leasesFolder, attempt.device, this.#use(attempt.runId, attempt.process));
    // A trainer that lives holds its device itself, so only a dead one can have lost it: nothing is to be released then.
    const lease = device ?? { device: attempt.device, generation: 0, workspace: this.#init.workspaceRoot, runId: attempt.runId };
    const supervisor = RunSupervisor.adopt(context, { job, attempt, device: lease });
    if (supervisor !== null) this.#active.set(job.id, supervisor);
  }

  #requeue(context: SupervisorContext, job: Job): void {
    const { store } = this.#init;
    transact(store, (note) => {
      const token = adoptJob(store, note, job.id, context.claimedBy);
      if (token !== null) requeueJob(store, note, job.id, token, { reason: 'killed', notBefore: null, isRefunded: true });
      if (job.runId !== null) setRunState(store, note, job.runId, { state: 'queued' });
    });
  }

  async #loop({ context, troubles, token, signal }: { context: SupervisorContext; troubles: Troubles; token: number; signal: AbortSignal }): Promise<WorkerEnd> {
    const { store } = this.#init;
    let idleSince = store.clock.monotonicMs();
    while (!signal.aborted) {
      if (this.#isSuperseded) return 'superseded';
      if (readLease(store, workerLease)?.isHandoverAsked === true) return 'handover';
      for (const supervisor of this.#active.values()) await this.#guard({ runId: supervisor.runId }, () => this.#tick(supervisor));
      this.#returns.retry();
      if (this.#hasUnrecovered) {
        await store.clock.sleep(beatMs, signal);
        this.#recoverJobs(context, troubles);
      }
      await this.#guard({}, () => this.#claimNext(context, troubles));
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
      this.#makeRoom(error);
      this.#init.log[isOutOfRoom(error) ? 'warn' : 'error']({ err: error, ...about }, 'a step of the worker failed; it is tried again');
      await this.#init.store.clock.sleep(beatMs);
    }
  }

  #makeRoom(error: unknown): void {
    if (isOutOfRoom(error)) this.#init.reserve.release();
  }

  async #claimNext(context: SupervisorContext, troubles: Troubles): Promise<void> {
    const { store } = this.#init;
    if (isPaused(store)) return;
    const due = queuedJobs(store).filter((job) => this.#retries.isDue(job.id, job.notBefore));
    if (due.length === 0) return;
    const hasRoom = freeDiskBytes(context.runsFolder) >= this.#init.minFreeBytes;
    if (hasRoom) this.#init.reserve.keep();
    let hasTrouble = false;
    for (const job of due) {
      try {
        const runId = requireRunId(job);
        const taken = hasRoom ? this.#takeDevice(context, runId) : null;
        if (taken === null) this.#wait(job, runId, hasRoom ? 'waiting_for_device' : 'disk_full');
        else if (await this.#start(context, job, runId, taken)) return;
        troubles.forget(job.id);
      } catch (error) {
        // One job that can't begin must not hold up those behind it.
        hasTrouble = true;
        this.#makeRoom(error);
        troubles.note(job, error);
      }
    }
    if (hasTrouble) await store.clock.sleep(beatMs);
  }

  async #start(context: SupervisorContext, job: Job, runId: string, taken: { lease: DeviceLease; choice: DeviceChoice }): Promise<boolean> {
    this.#retries.forget(job.id);
    this.#deviceSettings.delete(runId);
    let supervisor: RunSupervisor | null = null;
    try {
      supervisor = await RunSupervisor.start(context, { job, runId, device: taken.lease, env: taken.choice.env });
    } finally {
      if (supervisor === null) this.#returns.giveBack(taken.lease);
      else this.#active.set(job.id, supervisor);
    }
    return supervisor !== null;
  }

  #takeDevice(context: SupervisorContext, runId: string): { lease: DeviceLease; choice: DeviceChoice } | null {
    const setting = this.#deviceSettings.get(runId) ?? this.#init.readDeviceSetting(runId);
    this.#deviceSettings.set(runId, setting);
    for (const choice of deviceChoices(setting, this.#init.gpus, process.platform)) {
      const lease = takeDevice(context.leasesFolder, choice.key, this.#use(runId, null));
      if (lease === null) continue;
      this.#returns.keep(lease);
      return { lease, choice };
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
