import { readdirSync, readFileSync } from 'node:fs';

/** Processes that this extension host started and that run the backend's bundle. Linux only, as the harness is. */
export function backendPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isChild(pid) && commandLine(pid).includes('backend.mjs'));
}

function isChild(pid: number): boolean {
  try {
    const [, parent] = /^.*\) \S (\d+)/.exec(readFileSync(`/proc/${String(pid)}/stat`, 'utf8')) ?? [];
    return Number(parent) === process.pid;
  } catch {
    // It ended meanwhile.
    return false;
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
}
