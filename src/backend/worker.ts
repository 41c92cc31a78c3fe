import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pino, type Logger } from 'pino';
import { z } from 'zod';
import { runFileSchema } from '../protocol/runs.ts';
import { registerRunAdapter } from './adapters/register.ts';
import { listGpus } from './platform/gpuList.ts';
import { trainerFolder } from './platform/installation.ts';
import { ownIdentity } from './platform/process.ts';
import { Reserve } from './platform/reserve.ts';
import { homeAt, workspaceAt, type Home, type Workspace } from './platform/workspace.ts';
import { workerLog } from './jobs/ensureWorker.ts';
import { retryDelay } from './jobs/retryClock.ts';
import { Worker } from './jobs/worker.ts';
import { applyEvents } from './runs/applyEvents.ts';
import { pythonEnvironment, venvPaths } from './setup/pythonPaths.ts';
import { openWorkspaceStore } from './store/openWorkspace.ts';
import { readRun } from './store/runs.ts';

// The worker's process: `worker.mjs --workspace DIR --home DIR`. Started by whoever enqueues, never by hand.

/** Times and sizes that tests shorten. */
const tuningSchema = z.object({
  TRAINING_CAMP_WORKER_IDLE_MS: z.coerce.number().min(0).default(60_000),
  TRAINING_CAMP_RETRY_BASE_MS: z.coerce.number().min(0).default(5000),
  TRAINING_CAMP_STOP_GRACE_MS: z.coerce.number().min(0).default(25_000),
  TRAINING_CAMP_MIN_FREE_BYTES: z.coerce.number().min(0).default(64 * 1024 * 1024),
});

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { workspace: { type: 'string' }, home: { type: 'string' } } });
  if (values.workspace === undefined || values.home === undefined) throw new Error('usage: worker.mjs --workspace DIR --home DIR');
  const workspace = workspaceAt(values.workspace);
  const home = homeAt(values.home);
  mkdirSync(workspace.logs, { recursive: true });
  const destination = pino.destination({ dest: workerLog(workspace), append: true, sync: true });
  // A log that can't be written, on a full disk, is no reason to stop working.
  destination.on('error', () => undefined);
  const log = pino({ base: { pid: process.pid } }, destination);
  try {
    await work({ workspace, home, env: process.env, log });
  } catch (error) {
    log.fatal({ err: error }, 'the worker failed');
    process.exitCode = 1;
  }
  // A trainer that goes on keeps no handle of ours, but its exit listener would keep this process.
  process.exit();
}

async function work({ workspace, home, env, log }: { workspace: Workspace; home: Home; env: NodeJS.ProcessEnv; log: Logger }): Promise<void> {
  const tuning = readTuning(env);
  const store = openWorkspaceStore(workspace, home);
  const end = new AbortController();
  // Ends the worker, never its trainers: the next worker goes on with them.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end.abort());
  const worker = new Worker({
    store,
    log,
    identity: ownIdentity(),
    gpus: await listGpus(env),
    workspaceRoot: workspace.root,
    readDeviceSetting: (runId) => readDeviceSetting(path.join(workspace.runs, runId)),
    supervisor: {
      runsFolder: workspace.runs,
      leasesFolder: home.leases,
      trainer: { python: venvPaths(home, process.platform).python, folder: trainerFolder(), env: { ...pythonEnvironment(env), HF_HUB_OFFLINE: '1' } },
      applyEvents: (runId, file) => void applyEvents(store, runId, file),
      onCompleted: async (runId) => {
        await registerRunAdapter({ workspace, store }, runId, { agent: readRun(store, runId)?.agent ?? null });
      },
      stopGraceMs: tuning.TRAINING_CAMP_STOP_GRACE_MS,
      discardGraceMs: Math.min(5000, tuning.TRAINING_CAMP_STOP_GRACE_MS),
      retryDelayMs: (attempts) => retryDelay(tuning.TRAINING_CAMP_RETRY_BASE_MS, attempts),
    },
    idleMs: tuning.TRAINING_CAMP_WORKER_IDLE_MS,
    minFreeBytes: tuning.TRAINING_CAMP_MIN_FREE_BYTES,
    reserve: new Reserve(path.join(workspace.training, '.reserve'), 1024 * 1024),
  });
  try {
    await worker.run(end.signal);
  } finally {
    store.close();
  }
}

function readTuning(env: NodeJS.ProcessEnv): z.output<typeof tuningSchema> {
  const tuning = tuningSchema.safeParse(env);
  if (!tuning.success) throw new Error(`the environment is not valid: ${z.prettifyError(tuning.error)}`);
  return tuning.data;
}

/** A run whose configuration can't be read still gets a device: its trainer says what is wrong with it. */
function readDeviceSetting(folder: string): string {
  try {
    return runFileSchema.parse(JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8'))).config.device;
  } catch {
    return 'cpu';
  }
}

await main();
