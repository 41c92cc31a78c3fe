import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RunningServer } from '../runner/vscode/server.ts';

type Bundle = 'backend' | 'worker' | 'inferenceHost' | 'answerKeeper';

/** Processes that run a bundle of ours for the windows of a server, found by the environment that the server gave them. */
export function ourProcesses(server: RunningServer, bundles: readonly Bundle[] = ['backend', 'worker', 'inferenceHost', 'answerKeeper']): number[] {
  const pattern = new RegExp(`(${bundles.join('|')})\\.mjs`);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => pattern.test(read(pid, 'cmdline')) && read(pid, 'environ').includes(path.basename(server.folder)))
    .map(Number);
}

function read(pid: string, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
}
