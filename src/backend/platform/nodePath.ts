import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { isNodeApiEnough } from '../../common/nodeApi.ts';

/** A wrapper of a version manager may take its time. */
const answerWithinMs = 5000;

/**
 * The Node for a process that outlives this one. Inside an editor that is one from the PATH where there is one that is
 * recent enough: an update of the editor replaces its own executable. Elsewhere it is the Node that runs this.
 */
export function nodeForWorker(env: NodeJS.ProcessEnv): string {
  if (process.versions['electron'] === undefined) return process.execPath;
  return nodeOnPath(env) ?? process.execPath;
}

/** The first Node of the PATH that can load SQLite. */
export function nodeOnPath(env: NodeJS.ProcessEnv): string | undefined {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return [...new Set(folders)].map((folder) => path.join(folder, name)).find((file) => isExecutable(file) && isNodeApiEnough(nodeApiOf(file, env)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not in this folder, or not to be run.
    return false;
  }
}

function nodeApiOf(file: string, env: NodeJS.ProcessEnv): string | undefined {
  try {
    return execFileSync(file, ['-p', 'process.versions.napi'], { env, encoding: 'utf8', timeout: answerWithinMs, stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
  } catch {
    // It does not run here, or is something else of that name.
    return undefined;
  }
}
