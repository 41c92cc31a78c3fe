import path from 'node:path';
import { z } from 'zod';
import { failure } from '../../protocol/errors.ts';
import { sha256Of } from '../platform/fileHash.ts';
import { readTextFile, writeFileAtomically } from '../platform/files.ts';
import { readJsonFile } from '../platform/jsonFile.ts';
import { trainerFolder } from '../platform/installation.ts';
import type { Home } from '../platform/workspace.ts';

/** The trainer's Python, as the trainer's commands need it. */
export interface TrainerPython {
  python: string;
  /** For PYTHONPATH. */
  trainerFolder: string;
}

/** Where the virtual environment lies, and what says that it is complete. */
export function venvPaths(home: Home, platform: NodeJS.Platform): { venv: string; python: string; stamp: string } {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const venv = paths.join(home.python, 'venv');
  const python = platform === 'win32' ? paths.join(venv, 'Scripts', 'python.exe') : paths.join(venv, 'bin', 'python');
  return { venv, python, stamp: paths.join(venv, 'training-camp.json') };
}

/** The lock file and the hash that a complete environment carries. */
export function lockedRequirements(): { file: string; text: string; sha256: string } {
  const file = path.join(trainerFolder(), 'requirements.lock');
  const text = readTextFile(file);
  if (text === null) throw new Error(`${file} is missing`);
  return { file, text, sha256: sha256Of(text) };
}

/** Written when an environment is complete. */
const stampSchema = z.object({ lockSha256: z.string(), installer: z.enum(['pip', 'uv']), python: z.string(), torch: z.string(), device: z.string() });
export type EnvironmentStamp = z.infer<typeof stampSchema>;

/** What the complete environment consists of, or null where there is none. */
export function readStamp(home: Home, platform: NodeJS.Platform): EnvironmentStamp | null {
  return readJsonFile(venvPaths(home, platform).stamp, stampSchema);
}

export function writeStamp(home: Home, platform: NodeJS.Platform, stamp: EnvironmentStamp): void {
  writeFileAtomically(venvPaths(home, platform).stamp, `${JSON.stringify(stamp, null, 2)}\n`);
}

/** Whether the environment was made completely, from this lock file. */
export function isEnvironmentReady(home: Home, platform: NodeJS.Platform): boolean {
  return readStamp(home, platform)?.lockSha256 === lockedRequirements().sha256;
}

/** The trainer's Python, or the advice to set it up. What needs no training never asks. */
export function requirePython(home: Home): TrainerPython {
  if (!isEnvironmentReady(home, process.platform)) {
    const isOutdated = readStamp(home, process.platform) !== null;
    throw failure('python_missing', isOutdated ? 'The trainer’s Python environment is older than this version of Training Camp.' : 'The trainer’s Python environment is not set up.', {
      hint: 'Run: training setup',
    });
  }
  return { python: venvPaths(home, process.platform).python, trainerFolder: trainerFolder() };
}

/** An environment in which only the virtual environment's own packages are seen, and pip installs nowhere else. */
export function pythonEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = { ...env };
  for (const name of ['PYTHONHOME', 'PYTHONPATH', 'PYTHONSTARTUP', 'PIP_USER', 'PIP_TARGET', 'PIP_PREFIX', 'PIP_REQUIRE_VIRTUALENV', 'VIRTUAL_ENV', '__PYVENV_LAUNCHER__']) {
    Reflect.deleteProperty(own, name);
  }
  return { ...own, PYTHONNOUSERSITE: '1', PYTHONUTF8: '1', PYTHONUNBUFFERED: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1' };
}
