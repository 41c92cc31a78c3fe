import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { SetupFacts } from '../../protocol/setup.ts';
import type { Clock } from '../platform/clock.ts';
import { withLockFile } from '../platform/lockFile.ts';
import type { Home } from '../platform/workspace.ts';
import { builtInModelFolder, builtInModelSource, isModelReady } from './builtInModel.ts';
import { installModel } from './installModel.ts';
import { installPython } from './installPython.ts';
import { isEnvironmentReady, readStamp, venvPaths } from './pythonPaths.ts';

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
  mkdirSync(init.home.root, { recursive: true });
  const lock = {
    file: path.join(init.home.root, 'setup.lock'),
    clock: init.clock,
    signal: init.signal,
    onWait: () => init.onProgress({ step: 'python', message: 'waiting for another set-up', fraction: null }),
  };
  await withLockFile(lock, async () => {
    await installPython(init);
    await installModel(init);
  });
  return setupFacts(init.home, init.platform);
}

/** What is there: null for a part that is not set up, or is of another version. */
export function setupFacts(home: Home, platform: NodeJS.Platform): SetupFacts {
  const stamp = isEnvironmentReady(home, platform) ? readStamp(home, platform) : undefined;
  return {
    home: home.root,
    python: stamp === undefined ? null : { path: venvPaths(home, platform).python, version: stamp.python },
    torch: stamp?.torch ?? null,
    device: stamp?.device ?? null,
    model: isModelReady(home) ? { id: builtInModelSource.id, path: builtInModelFolder(home) } : null,
  };
}
