import { CampError } from '../../protocol/errors.ts';
import type { Check, DoctorResult } from '../../protocol/setup.ts';
import { freeDiskBytes } from '../platform/diskSpace.ts';
import type { Home, Workspace } from '../platform/workspace.ts';
import { sqliteVersion } from '../store/sqliteVersion.ts';
import { checkModels } from './checkModel.ts';
import { checkTorch } from './checkTorch.ts';
import { isEnvironmentReady, readStamp, venvPaths } from './pythonPaths.ts';
import { findPython } from './pythonSearch.ts';

export interface DoctorInit {
  home: Home;
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  workspace: Workspace;
  signal: AbortSignal;
  /** The workspace's database and worker, looked at only where there is a database. */
  workspaceParts: WorkspaceParts;
}

export interface WorkspaceParts {
  hasDatabase: () => boolean;
  /** There is none, though there are datasets or runs. */
  isDatabaseLost: () => boolean;
  /** Opens it and reads all of it. Throws where it is not whole. */
  checkDatabase: () => void;
  workerPid: () => number | null;
  /** Loads the inference engine in its own process. */
  startInference: (signal: AbortSignal) => Promise<string>;
  /** Where keys of providers are kept. */
  checkKeys: (signal: AbortSignal) => Promise<Check>;
}

/** Below this a run can't even save its checkpoints. */
const tooLittleBytes = 0.5e9;
const littleBytes = 3e9;

/** Looks at everything that training needs, the cheap things first. Changes nothing. */
export async function examine(init: DoctorInit): Promise<DoctorResult> {
  const { signal } = init;
  const checks: Check[] = [
    checkNode(process.versions),
    await attempt('sqlite', () => `SQLite ${sqliteVersion()}`),
    await checkInterpreter(init),
    checkEnvironment(init),
  ];
  signal.throwIfAborted();
  checks.push(...(await checkTorch(init)), ...(await checkModels(init.home, signal)));
  checks.push(await attempt('inference', async () => await init.workspaceParts.startInference(signal)));
  checks.push(await init.workspaceParts.checkKeys(signal));
  checks.push(checkDisk('disk-home', init.home.root), checkDisk('disk-workspace', init.workspace.root));
  const database = await checkDatabase(init.workspaceParts);
  checks.push(database, checkWorker(init.workspaceParts, database));
  return { checks, ok: checks.every((check) => check.status !== 'error'), fixed: [] };
}

export function checkNode(versions: NodeJS.ProcessVersions): Check {
  const [major = 0, minor = 0] = versions.node.split('.').map(Number);
  const isEnough = major > 22 || (major === 22 && minor >= 14);
  if (!isEnough) {
    return { id: 'node', status: 'error', message: `Node ${versions.node} is too old: 22.14 or later is needed.`, hint: 'Start with src/training.mjs, which brings its own Node, or install Node 24.' };
  }
  return { id: 'node', status: 'ok', message: `Node ${versions.node}`, hint: null };
}

async function checkInterpreter(init: DoctorInit): Promise<Check> {
  const stamp = readStamp(init.home, init.platform);
  if (stamp !== null) return { id: 'python', status: 'ok', message: `Python ${stamp.python}`, hint: null };
  return await attempt('python', async () => {
    const python = await findPython(init);
    return `Python ${python.version} (${python.executable})`;
  });
}

function checkEnvironment(init: DoctorInit): Check {
  const stamp = readStamp(init.home, init.platform);
  const id = 'environment';
  if (stamp === null) return { id, status: 'error', message: 'The trainer’s Python environment is not set up. Asking, importing and testing formats work without it.', hint: 'Run: training setup' };
  if (!isEnvironmentReady(init.home, init.platform)) return { id, status: 'error', message: 'The trainer’s Python environment is older than this version of Training Camp.', hint: 'Run: training setup' };
  return { id, status: 'ok', message: `Python packages in ${venvPaths(init.home, init.platform).venv}`, hint: null };
}

function checkDisk(id: string, folder: string): Check {
  const free = freeDiskBytes(folder);
  const message = `${(free / 1e9).toFixed(1)} GB free at ${folder}`;
  if (free < tooLittleBytes) return { id, status: 'error', message, hint: 'Free some space: a run could not save its checkpoints.' };
  return free < littleBytes ? { id, status: 'warning', message, hint: 'Long runs and large datasets need more.' } : { id, status: 'ok', message, hint: null };
}

async function checkDatabase(parts: WorkspaceParts): Promise<Check> {
  if (parts.isDatabaseLost()) {
    return { id: 'database', status: 'warning', message: 'The database is missing, though there are datasets or runs.', hint: 'training list makes its index again from the folders.' };
  }
  if (!parts.hasDatabase()) return { id: 'database', status: 'ok', message: 'No database yet: the first dataset or run makes one.', hint: null };
  return await attempt('database', () => {
    parts.checkDatabase();
    return 'The database opens and is whole.';
  });
}

function checkWorker(parts: WorkspaceParts, database: Check): Check {
  const id = 'worker';
  if (database.status === 'error') return { id, status: 'warning', message: 'Which worker is running stands in the database, which does not open.', hint: null };
  const pid = parts.hasDatabase() ? parts.workerPid() : null;
  return { id, status: 'ok', message: pid === null ? 'No worker is running: the next job starts one.' : `The worker is process ${pid}.`, hint: null };
}

/** A check whose failure is the finding. */
async function attempt(id: string, work: () => string | Promise<string>): Promise<Check> {
  try {
    return { id, status: 'ok', message: await work(), hint: null };
  } catch (error) {
    if (error instanceof CampError) return { id, status: 'error', message: error.message, hint: error.hint ?? null };
    return { id, status: 'error', message: error instanceof Error ? error.message : String(error), hint: null };
  }
}
