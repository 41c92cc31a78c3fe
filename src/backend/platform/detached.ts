import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { identify, type ProcessIdentity } from './process.ts';

export interface DetachedInit {
  command: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** stdout and stderr are appended to it. */
  logFile: string;
  /** Keeps a pipe to stdin open, for the go-ahead. */
  hasStdin?: boolean;
}

export interface DetachedProcess {
  identity: ProcessIdentity;
  child: ChildProcess;
}

/**
 * Starts a process that outlives this one: in a session of its own (so that closing the terminal does not reach it),
 * with files as its output. Rejects when it can't be started.
 */
export async function spawnDetached(init: DetachedInit): Promise<DetachedProcess> {
  const log = openSync(init.logFile, 'a');
  try {
    const child = spawn(init.command, init.args, {
      cwd: init.cwd,
      env: init.env,
      detached: true,
      windowsHide: true,
      stdio: [init.hasStdin === true ? 'pipe' : 'ignore', log, log],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    // A reader that ended early must not end us: it is noticed by its exit.
    child.stdin?.on('error', () => undefined);
    child.unref();
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (identity === undefined) throw new Error(`${init.command} ended at once`);
    return { identity, child };
  } finally {
    closeSync(log);
  }
}
