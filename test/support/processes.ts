import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface FoundProcess {
  pid: number;
  command: string;
}

/** Living processes whose command line holds `text`: a test's temporary folder, so that only its own are found. */
export function processesWith(text: string): FoundProcess[] {
  return listProcesses().filter(({ pid, command }) => pid !== process.pid && command.includes(text));
}

function listProcesses(): FoundProcess[] {
  if (process.platform === 'linux') return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap(linuxProcess);
  return execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().replace(/^\d+\s+/, '') }));
}

function linuxProcess(name: string): FoundProcess[] {
  try {
    const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return command === '' ? [] : [{ pid: Number(name), command }];
  } catch {
    // Ended while the list was read.
    return [];
  }
}
