import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/**
 * The Node for a process that outlives this one. Inside an editor that is one from the PATH where there is one: an
 * update of the editor replaces its own executable. Elsewhere it is the Node that runs this.
 */
export function nodeForWorker(env: NodeJS.ProcessEnv): string {
  if (process.versions['electron'] === undefined) return process.execPath;
  return findOnPath(process.platform === 'win32' ? 'node.exe' : 'node', env) ?? process.execPath;
}

function findOnPath(name: string, env: NodeJS.ProcessEnv): string | null {
  for (const folder of (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    const candidate = path.join(folder, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this folder, or not to be run: the next one is tried.
    }
  }
  return null;
}
