import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { CampError, failure } from '../../protocol/errors.ts';
import { spawnDetached, type DetachedProcess } from '../platform/detached.ts';
import { fileFacts } from '../platform/files.ts';
import { logTail } from '../platform/logTail.ts';
import { nodeForWorker } from '../platform/nodePath.ts';
import { isAlive, type ProcessIdentity } from '../platform/process.ts';
import { installWorker } from '../platform/workerBundle.ts';
import type { Home, Workspace } from '../platform/workspace.ts';
import type { Store } from '../store/db.ts';
import { processingJobs, queuedJobs } from '../store/jobs.ts';
import { isHeld, readLease } from '../store/leases.ts';
import { isPaused } from './queue.ts';
import { workerLease } from './workerLease.ts';

export interface WorkerHost {
  store: Store;
  workspace: Workspace;
  home: Home;
  env: NodeJS.ProcessEnv;
  /** Told what a person should know and did not ask for. */
  notify: (text: string) => void;
}

export interface ReadyWorker {
  worker: { pid: number; state: 'started' | 'running' } | null;
  /** Why there is none, with the end of its log. */
  problem: string | null;
}

const logLineSchema = z.looseObject({ msg: z.string(), err: z.looseObject({ message: z.string() }).optional() });
/** Where in the program Node gave up says nothing to a person. */
const stackLine = /^\s+at |^Node\.js v/;
const tailLines = 12;
const mostTailBytes = 16 * 1024;
const notReadyCode = 'worker_not_ready';
const readyMs = 10_000;
/** By the wall clock, so only a reason to let a candidate look: it judges by its own monotonic clock. */
const suspiciousMs = 30_000;

/** The living worker of a workspace, ready or about to be; null when there is none. */
export function livingWorker(store: Store): ProcessIdentity | null {
  const lease = readLease(store, workerLease);
  return isHeld(lease) ? (lease?.holder ?? null) : null;
}

/**
 * Makes sure that a worker lives, and waits until it has taken care of what the last one left. Answers its process, and
 * whether this call started it. Two callers may both start one: the lease decides, and the other ends by itself. Throws
 * `worker_not_ready` with the reason where none comes.
 */
export async function ensureWorker(host: WorkerHost): Promise<{ worker: ProcessIdentity; hasStarted: boolean }> {
  const { store } = host;
  const present = livingWorker(store);
  const hasStarted = present === null || isSuspicious(store);
  const logStart = fileFacts(workerLog(host.workspace))?.sizeBytes ?? 0;
  const candidate = hasStarted ? await startWorker(host) : null;
  const deadline = store.clock.monotonicMs() + readyMs;
  for (;;) {
    // Looked at before the lease: a candidate that ends because another works is no failure.
    const hasFailed = candidate !== null && hasCrashed(candidate);
    const lease = readLease(store, workerLease);
    if (lease !== null && lease.holder !== null && isAlive(lease.holder) !== false && lease.heartbeat > 0) return { worker: lease.holder, hasStarted };
    if (hasFailed && !isHeld(lease)) throw notReady(host, 'The worker ended at once.', { logStart });
    if (store.clock.monotonicMs() > deadline) throw notReady(host, `No worker became ready within ${readyMs / 1000} seconds.`, { logStart });
    await store.clock.sleep(50);
  }
}

/** The same for who goes on without a worker: what was queued is kept, and the next command that shows it tries again. */
export async function readyWorker(host: WorkerHost): Promise<ReadyWorker> {
  try {
    const { worker, hasStarted } = await ensureWorker(host);
    return { worker: { pid: worker.pid, state: hasStarted ? 'started' : 'running' }, problem: null };
  } catch (error) {
    if (!isNotReady(error)) throw error;
    return { worker: null, problem: error.message };
  }
}

/**
 * Makes the states true: where jobs wait or are being processed and their worker is dead, the next one is started, which
 * adopts living trainers and ends dead attempts. Every command that shows or changes runs calls it first, and shows what
 * there is also where no worker can be started.
 */
export async function reconcile(host: WorkerHost): Promise<void> {
  const { store } = host;
  if (livingWorker(store) !== null && !isSuspicious(store)) return;
  const hasQueued = !isPaused(store) && queuedJobs(store).length > 0;
  if (hasQueued || processingJobs(store).length > 0) {
    const { problem } = await readyWorker(host);
    if (problem !== null) host.notify(problem);
  }
}

function isSuspicious(store: Store): boolean {
  const lease = readLease(store, workerLease);
  return isHeld(lease) && Math.abs(store.clock.now().getTime() - Date.parse(lease?.updated ?? '')) > suspiciousMs;
}

export function workerLog(workspace: Workspace): string {
  return path.join(workspace.logs, 'worker.log');
}

async function startWorker(host: WorkerHost): Promise<DetachedProcess['child']> {
  const { workspace, home, store } = host;
  try {
    mkdirSync(workspace.logs, { recursive: true });
    mkdirSync(home.root, { recursive: true });
    const { child } = await spawnDetached({
      command: nodeForWorker(host.env),
      args: [installWorker(home.root, store.clock.now()), '--workspace', workspace.root, '--home', home.root],
      // Not the workspace: a process must not keep a folder from being moved.
      cwd: home.root,
      env: { ...host.env, ELECTRON_RUN_AS_NODE: '1' },
      logFile: workerLog(workspace),
    });
    return child;
  } catch (error) {
    throw notReady(host, `The worker could not be started: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** A worker that finds another at work ends with 0. */
function hasCrashed(child: DetachedProcess['child']): boolean {
  return child.signalCode !== null || (child.exitCode !== null && child.exitCode !== 0);
}

function isNotReady(error: unknown): error is CampError {
  return error instanceof CampError && error.code === notReadyCode;
}

/** With what the log says since `logStart`: its older lines are about other workers. */
function notReady(host: WorkerHost, message: string, { logStart, cause }: { logStart?: number; cause?: unknown }): CampError {
  const log = workerLog(host.workspace);
  const grown = logStart === undefined ? 0 : (fileFacts(log)?.sizeBytes ?? 0) - logStart;
  const tail = grown > 0 ? logTail(log, { lines: tailLines, maxBytes: Math.min(grown, mostTailBytes) }).filter((line) => !stackLine.test(line)).map(readable) : [];
  return failure(notReadyCode, [message, ...tail].join('\n'), { hint: `training doctor looks for the reason. The worker’s log: ${log}`, details: { log, tail }, cause });
}

/** A line of the log is JSON where the worker wrote it, and plain text where Node did. */
function readable(line: string): string {
  try {
    const { msg, err } = logLineSchema.parse(JSON.parse(line));
    return err === undefined ? msg : `${msg}: ${err.message}`;
  } catch {
    // Node's own words.
    return line;
  }
}
