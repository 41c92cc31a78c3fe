import { spawnDetached, type DetachedProcess } from '../platform/detached.ts';

/** What starts a trainer; the worker's composition fills it in. */
export interface TrainerInstall {
  python: string;
  /** PYTHONPATH. */
  folder: string;
  env: NodeJS.ProcessEnv;
}

export interface GatedTrainer extends DetachedProcess {
  /** Lets the trainer begin. Without it, it ends by itself once the worker is gone, and has touched nothing. */
  release(): void;
  /** Ends it at once: the word does not come. */
  refuse(): void;
}

/**
 * Starts a trainer that waits for the go-ahead on its stdin. Its process can so be recorded before it does anything:
 * a worker that dies in between leaves no trainer that nobody knows.
 */
export async function launchTrainer(install: TrainerInstall, init: { runFolder: string; attemptId: string; env: Record<string, string>; logFile: string }): Promise<GatedTrainer> {
  const started = await spawnDetached({
    command: install.python,
    args: ['-m', 'training_camp.launch', 'train', '--run', init.runFolder, '--attempt', init.attemptId],
    cwd: init.runFolder,
    env: { ...install.env, PYTHONPATH: install.folder, PYTHONUNBUFFERED: '1', ...init.env },
    logFile: init.logFile,
    hasStdin: true,
  });
  return { ...started, release: () => void started.child.stdin?.end('go\n'), refuse: () => void started.child.stdin?.end() };
}
