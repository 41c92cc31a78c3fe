import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { spawnDetached } from '../platform/detached.ts';
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
}

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
 * whether this call started it. Two callers may both start one: the lease decides, and the other ends by itself.
 */
export async function ensureWorker(host: WorkerHost): Promise<{ worker: ProcessIdentity; hasStarted: boolean }> {
  const { store } = host;
  const present = livingWorker(store);
  const hasStarted = present === null || isSuspicious(store);
  if (hasStarted) await startWorker(host);
  const deadline = store.clock.monotonicMs() + readyMs;
  for (;;) {
    const lease = readLease(store, workerLease);
    if (lease !== null && lease.holder !== null && isAlive(lease.holder) !== false && lease.heartbeat > 0) return { worker: lease.holder, hasStarted };
    if (store.clock.monotonicMs() > deadline) throw new Error(`no worker became ready; see ${workerLog(host.workspace)}`);
    await store.clock.sleep(50);
  }
}

/**
 * Makes the states true: where jobs wait or are being processed and their worker is dead, the next one is started, which
 * adopts living trainers and ends dead attempts. Every command that shows or changes runs calls it first.
 */
export async function reconcile(host: WorkerHost): Promise<void> {
  const { store } = host;
  if (livingWorker(store) !== null && !isSuspicious(store)) return;
  const hasQueued = !isPaused(store) && queuedJobs(store).length > 0;
  if (hasQueued || processingJobs(store).length > 0) await ensureWorker(host);
}

function isSuspicious(store: Store): boolean {
  const lease = readLease(store, workerLease);
  return isHeld(lease) && Math.abs(store.clock.now().getTime() - Date.parse(lease?.updated ?? '')) > suspiciousMs;
}

export function workerLog(workspace: Workspace): string {
  return path.join(workspace.logs, 'worker.log');
}

async function startWorker(host: WorkerHost): Promise<void> {
  const { workspace, home, store } = host;
  mkdirSync(workspace.logs, { recursive: true });
  mkdirSync(home.root, { recursive: true });
  await spawnDetached({
    command: nodeForWorker(host.env),
    args: [installWorker(home.root, store.clock.now()), '--workspace', workspace.root, '--home', home.root],
    // Not the workspace: a process must not keep a folder from being moved.
    cwd: home.root,
    env: { ...host.env, ELECTRON_RUN_AS_NODE: '1' },
    logFile: workerLog(workspace),
  });
}
