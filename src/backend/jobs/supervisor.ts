import path from 'node:path';
import type { Logger } from 'pino';
import { attemptIdSchema, type AttemptId } from '../../protocol/ids.ts';
import type { Control } from '../../protocol/runs.ts';
import { setDeviceHolders, type DeviceLease } from '../platform/deviceLease.ts';
import { fileFacts, writeFileAtomically } from '../platform/files.ts';
import { logTail } from '../platform/logTail.ts';
import { newId } from '../platform/newId.ts';
import { isAlive, isFromEarlierBoot, killGroup, type ProcessIdentity } from '../platform/process.ts';
import { endAttempt, insertAttempt, setAttemptProcess, type Attempt } from '../store/attempts.ts';
import { transact } from '../store/changes.ts';
import type { Store } from '../store/db.ts';
import { adoptJob, claimJob, finishJob, readJob, requeueJob, type Job } from '../store/jobs.ts';
import { readFinalEvent, setRunState } from '../store/runState.ts';
import { judge, type TrainerExit, type Verdict } from './judge.ts';
import { launchTrainer, type GatedTrainer, type TrainerInstall } from './launch.ts';
import { isOutOfRoom } from './troubles.ts';

/** What a supervised run needs of its worker. */
export interface SupervisorContext {
  store: Store;
  log: Logger;
  /** Names the worker's lease: its claims live as long as it does. */
  claimedBy: string;
  worker: ProcessIdentity;
  runsFolder: string;
  leasesFolder: string;
  giveBack: (device: DeviceLease) => void;
  trainer: TrainerInstall;
  /** Reads a run's events on and stores what is new. */
  applyEvents: (runId: string, eventsFile: string) => void;
  /** Called before a completed run is called so; may be called again after a crash. */
  onCompleted: (runId: string) => Promise<void>;
  /** After this long a stopping trainer is ended by force. */
  stopGraceMs: number;
  discardGraceMs: number;
  retryDelayMs: (attempts: number) => number;
}

/** The end of one attempt, as the worker's loop needs it. */
export type SuperviseResult = { kind: 'running' } | { kind: 'over'; retryAfterMs: number | null } | { kind: 'lost' };

const tailLines = 12;

/** Follows one attempt of a run, from its start or its adoption to its end. */
export class RunSupervisor {
  readonly runId: string;
  readonly jobId: string;
  readonly #context: SupervisorContext;
  readonly #token: number;
  readonly #attempt: AttemptId;
  readonly #device: DeviceLease;
  readonly #log: Logger;
  #process: ProcessIdentity | null;
  #isOwnChild = false;
  #exit: TrainerExit | null = null;
  #sent: Control['command'] = 'run';
  #killAtMs: number | null = null;
  #isKilling = false;

  private constructor(context: SupervisorContext, init: { job: Job; runId: string; token: number; attempt: AttemptId; device: DeviceLease; process: ProcessIdentity | null }) {
    this.#context = context;
    this.runId = init.runId;
    this.jobId = init.job.id;
    this.#token = init.token;
    this.#attempt = init.attempt;
    this.#device = init.device;
    this.#process = init.process;
    this.#log = context.log.child({ runId: init.runId, jobId: init.job.id, attempt: init.attempt });
  }

  /** Claims a queued job and starts its trainer. Null when the job is no longer queued. */
  static async start(context: SupervisorContext, init: { job: Job; runId: string; device: DeviceLease; env: Record<string, string> }): Promise<RunSupervisor | null> {
    const { store } = context;
    const attempt = attemptIdSchema.parse(newId('att', store.clock.now()));
    const token = transact(store, (note) => {
      const claim = claimJob(store, note, init.job.id, context.claimedBy);
      if (claim === null) return null;
      insertAttempt(store, note, { id: attempt, runId: init.runId, jobId: init.job.id, token: claim, device: init.device.device });
      setRunState(store, note, init.runId, { state: 'starting' });
      return claim;
    });
    if (token === null) return null;
    const supervisor = new RunSupervisor(context, { ...init, token, attempt, process: null });
    await supervisor.#launch(init.env);
    return supervisor;
  }

  /** Goes on with a trainer that an earlier worker started. Null when the job was finished meanwhile. */
  static adopt(context: SupervisorContext, init: { job: Job; attempt: Attempt; device: DeviceLease }): RunSupervisor | null {
    const token = transact(context.store, (note) => adoptJob(context.store, note, init.job.id, context.claimedBy));
    if (token === null) return null;
    const { attempt, job, device } = init;
    const supervisor = new RunSupervisor(context, { job, runId: attempt.runId, token, attempt: attempt.id, device, process: attempt.process });
    if (attempt.process === null) {
      // It was never let go, and ended with the worker that had started it.
      supervisor.#exit = { kind: 'neverBegan' };
    } else if (isAlive(attempt.process) !== true) {
      supervisor.#exit = { kind: isFromEarlierBoot(attempt.process) ? 'restart' : 'unseen' };
    }
    supervisor.#log.info({ trainerPid: attempt.process?.pid, isAlive: supervisor.#exit === null }, 'adopted a run');
    return supervisor;
  }

  /** Does what is due now. */
  async tick(): Promise<SuperviseResult> {
    const { store } = this.#context;
    const job = readJob(store, this.jobId);
    if (job === null || job.token !== this.#token || job.status !== 'processing') return { kind: 'lost' };
    if (job.stopRequest !== null) this.#requestStop(job.stopRequest === 'discard' ? 'discard' : 'stop');
    const exit = this.#readExit();
    // First, so that a trainer is ended in time also while its events can't be stored.
    if (exit === null) this.#killWhenDue();
    this.#context.applyEvents(this.runId, this.#file('events.jsonl'));
    return exit === null ? { kind: 'running' } : await this.#conclude(job, exit);
  }

  // Whatever fails here, the attempt ends as one that never began: nothing is left that nobody follows.
  async #launch(env: Record<string, string>): Promise<void> {
    const { store, leasesFolder, worker } = this.#context;
    let trainer: GatedTrainer | null = null;
    if (fileFacts(this.#file('config.json')) === null) {
      this.#exit = { kind: 'noFolder' };
      return;
    }
    try {
      this.#writeControl('run');
      trainer = await launchTrainer(this.#context.trainer, { runFolder: this.#folder(), attemptId: this.#attempt, env, logFile: this.#file('trainer.log') });
      setAttemptProcess(store, this.#attempt, trainer.identity);
      setDeviceHolders(leasesFolder, this.#device, [worker, trainer.identity]);
    } catch (error) {
      trainer?.refuse();
      this.#exit = isOutOfRoom(error) ? { kind: 'noSpace' } : { kind: 'unstarted', message: messageOf(error) };
      this.#log.warn({ err: error }, 'the trainer was not started');
      return;
    }
    this.#process = trainer.identity;
    this.#isOwnChild = true;
    trainer.child.once('exit', (code, signal) => {
      this.#exit = signal === null ? { kind: 'code', code: code ?? 1 } : { kind: 'signal', signal };
    });
    trainer.release();
    this.#log.info({ trainerPid: trainer.identity.pid, device: this.#device.device }, 'started the trainer');
  }

  #readExit(): TrainerExit | null {
    // The process of an adopted run is no child of ours: it is looked up instead.
    if (this.#exit === null && !this.#isOwnChild && this.#process !== null && isAlive(this.#process) === false) return { kind: 'unseen' };
    return this.#exit;
  }

  #requestStop(command: 'stop' | 'discard'): void {
    if (this.#sent === command) return;
    this.#sent = command;
    this.#writeControl(command);
    this.#killAtMs = this.#context.store.clock.monotonicMs() + (command === 'stop' ? this.#context.stopGraceMs : this.#context.discardGraceMs);
    this.#log.info({ command }, 'asked the trainer to end');
  }

  #killWhenDue(): void {
    const { clock } = this.#context.store;
    if (this.#process === null || this.#killAtMs === null || this.#isKilling || clock.monotonicMs() < this.#killAtMs) return;
    this.#isKilling = true;
    this.#log.warn('the trainer does not end by itself: ending it');
    // Not awaited: the loop goes on and sees the exit.
    void killGroup(this.#process, { graceMs: 1000, clock });
  }

  async #conclude(job: Job, exit: TrainerExit): Promise<SuperviseResult> {
    const verdict = this.#judge(job, exit);
    if (verdict.kind === 'ended' && verdict.run.state === 'completed') Object.assign(verdict.run, await this.#publish());
    const retryAfterMs = verdict.kind === 'ended' ? null : verdict.endReason === 'never_began' && verdict.reason === 'killed' ? 0 : this.#context.retryDelayMs(job.attempts);
    const stored = this.#store(job, verdict, retryAfterMs ?? 0);
    // The job is what the stop request was written to: it is read again, and the end is judged by it.
    if (stored === 'stopRequested') return await this.#conclude(readJob(this.#context.store, job.id) ?? job, exit);
    this.#context.giveBack(this.#device);
    if (stored === 'lost') return { kind: 'lost' };
    this.#log.info({ exit, verdict: verdict.endReason }, 'the attempt is over');
    return { kind: 'over', retryAfterMs };
  }

  /** What went wrong with the adapter, if anything: the training itself is done, and its files are in the run's folder. */
  async #publish(): Promise<{ message: string; hint: string } | null> {
    try {
      await this.#context.onCompleted(this.runId);
      return null;
    } catch (error) {
      this.#log.error({ err: error }, 'the adapter could not be registered');
      return {
        message: `The run is complete, but its adapter could not be registered: ${messageOf(error)}`,
        hint: `When the cause is gone: training adapter import ${this.runId}`,
      };
    }
  }

  #judge(job: Job, exit: TrainerExit): Verdict {
    return judge({
      finalEvent: readFinalEvent(this.#context.store, this.runId, this.#attempt),
      exit,
      isStopRequested: job.stopRequest !== null,
      attempts: job.attempts,
      maxAttempts: job.maxAttempts,
      tail: logTail(this.#file('trainer.log'), { lines: tailLines }),
    });
  }

  // Attempt, job and run change together, and only while the claim is still ours. A stop that another process asked for
  // since `job` was read must not end in a further attempt.
  #store(job: Job, verdict: Verdict, retryAfterMs: number): 'stored' | 'lost' | 'stopRequested' {
    const { store } = this.#context;
    return transact(store, (note) => {
      if (verdict.kind === 'ended') {
        if (!finishJob(store, note, job.id, this.#token, verdict.job)) return 'lost';
        setRunState(store, note, this.runId, verdict.run);
      } else {
        if (job.stopRequest === null && (readJob(store, job.id)?.stopRequest ?? null) !== null) return 'stopRequested';
        const notBefore = new Date(store.clock.now().getTime() + retryAfterMs).toISOString();
        if (!requeueJob(store, note, job.id, this.#token, { reason: verdict.reason, notBefore, isRefunded: verdict.isRefunded })) return 'lost';
        setRunState(store, note, this.runId, { state: 'queued', phase: 'waiting_to_retry', reason: verdict.reason, message: verdict.message });
      }
      endAttempt(store, note, { id: this.#attempt, runId: this.runId }, verdict.endReason);
      return 'stored';
    });
  }

  #writeControl(command: Control['command']): void {
    const control: Control = { v: 1, attempt: this.#attempt, command };
    writeFileAtomically(this.#file('control.json'), JSON.stringify(control));
  }

  #folder(): string {
    return path.join(this.#context.runsFolder, this.runId);
  }

  #file(name: string): string {
    return path.join(this.#folder(), name);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
