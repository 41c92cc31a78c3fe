import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { failure } from '../../protocol/errors.ts';
import { runCommand } from '../platform/command.ts';
import { freeDiskBytes } from '../platform/diskSpace.ts';
import { fileFacts, writeFileAtomically } from '../platform/files.ts';
import { listGpus } from '../platform/gpuList.ts';
import type { Home } from '../platform/workspace.ts';
import { explainPip } from './pipFailure.ts';
import { pipProgressReader } from './pipProgress.ts';
import { isEnvironmentReady, lockedRequirements, pythonEnvironment, venvPaths, writeStamp } from './pythonPaths.ts';
import { findPython } from './pythonSearch.ts';
import type { SetupInit } from './setup.ts';

/** Space that the CPU packages take while they are downloaded and unpacked; the CUDA ones take several times that. */
const neededBytes = 2.5e9;
const neededWithCudaBytes = 12e9;

/**
 * Makes the trainer's virtual environment from the lock file. Complete ones are left alone; one whose making was
 * interrupted is made anew, because pip leaves half-copied packages that it then takes for installed. What was already
 * downloaded comes from the installer's cache.
 */
export async function installPython(init: SetupInit): Promise<void> {
  const { home, env, platform, signal, onProgress } = init;
  if (isEnvironmentReady(home, platform)) return;
  const report = (message: string, fraction: number | null) => onProgress({ step: 'python', message, fraction });
  const paths = venvPaths(home, platform);
  report('looking for Python', 0);
  const found = await findPython({ platform, env, signal });
  const hasGpu = (await listGpus(env)).length > 0;
  refuseFullDisk(home, hasGpu ? neededWithCudaBytes : neededBytes);

  const own = pythonEnvironment(env);
  const marker = path.join(home.python, 'venv.incomplete');
  const isReusable = fileFacts(paths.stamp) !== null && fileFacts(marker) === null && (await doesRun(paths.python, own, signal));
  mkdirSync(home.python, { recursive: true });
  writeFileAtomically(marker, found.version);
  if (!isReusable) {
    report(`making a virtual environment with Python ${found.version}`, 0);
    rmSync(paths.venv, { recursive: true, force: true });
    const made = await runCommand({ file: found.file, args: [...found.args, '-m', 'venv', paths.venv], env: own, signal });
    if (made.exitCode !== 0) throw explainPip('the virtual environment', made.tail, 'training setup');
  }
  rmSync(paths.stamp, { force: true });

  const lock = lockedRequirements();
  const requirements = path.join(home.python, 'requirements.txt');
  writeFileAtomically(requirements, requirementsFor(lock.text, hasGpu));
  const readProgress = pipProgressReader(countRequirements(lock.text));
  const installer = init.useUv
    ? { file: 'uv', args: ['pip', 'install', '--python', paths.python, '-r', requirements] }
    : { file: paths.python, args: ['-m', 'pip', 'install', '--progress-bar', 'off', '-r', requirements] };
  const result = await runCommand({
    ...installer,
    env: own,
    signal,
    onLine: (line) => {
      const progress = readProgress(line);
      if (progress !== undefined) report(progress.message, progress.fraction);
    },
  });
  if (result.isMissing && init.useUv) throw failure('uv_not_found', 'uv is not installed.', { hint: 'Run training setup without --uv, or install uv.' });
  if (result.exitCode !== 0) throw explainPip('the trainer’s Python packages', result.tail, 'training setup');
  report('trying it', 0.95);
  const versions = await tryEnvironment(paths.python, own, signal);
  writeStamp(home, platform, { lockSha256: lock.sha256, installer: init.useUv ? 'uv' : 'pip', ...versions });
  rmSync(marker, { force: true });
}

/**
 * The lock file for this machine. A registry may carry a CPU build of torch beside the default one, and an installer
 * prefers it because its local version sorts higher: with an NVIDIA GPU it is excluded, elsewhere it is just right.
 */
export function requirementsFor(lock: string, hasGpu: boolean): string {
  return hasGpu ? lock.replace(/^(torch==(\S+))/m, '$1,!=$2+cpu') : lock;
}

/** Requirement lines of a lock file. */
export function countRequirements(lock: string): number {
  return lock.split('\n').filter((line) => /^[A-Za-z0-9]/.test(line)).length;
}

const trialSchema = z.object({ python: z.string(), torch: z.string(), device: z.string() });

const trial = `
import json, platform, peft, safetensors, torch, transformers
mps = getattr(torch.backends, "mps", None)
device = "cuda" if torch.cuda.is_available() else "mps" if mps is not None and mps.is_available() else "cpu"
print(json.dumps({"python": platform.python_version(), "torch": torch.__version__, "device": device}))
`;

/** Imports what the trainer imports: an installed package that does not load here is found now and not in a run. */
async function tryEnvironment(python: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<z.infer<typeof trialSchema>> {
  const result = await runCommand({ file: python, args: ['-c', trial], env, signal });
  if (result.exitCode === 0) return trialSchema.parse(JSON.parse(result.stdout.split('\n').at(-1) ?? ''));
  throw failure('python_unusable', 'The Python packages were installed, but cannot be imported on this machine.', {
    hint: 'training doctor looks at each part. On Windows torch needs the Microsoft Visual C++ runtime.',
    details: { log: result.tail.split('\n').slice(-12) },
  });
}

async function doesRun(python: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<boolean> {
  const result = await runCommand({ file: python, args: ['-m', 'pip', '--version'], env, signal, timeoutMs: 60_000 });
  return result.exitCode === 0;
}

function refuseFullDisk(home: Home, bytes: number): void {
  const free = freeDiskBytes(home.root);
  if (free >= bytes) return;
  throw failure('disk_full', `The trainer’s Python packages need about ${gigabytes(bytes)} GB, and ${gigabytes(free)} GB are free at ${home.root}.`, {
    hint: 'Free some space, or choose another place with TRAINING_CAMP_HOME. Then: training setup',
  });
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
