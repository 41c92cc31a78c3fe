import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import type { Clock } from './clock.ts';

/**
 * Names one process for good. Pids are used again and machines restart, so a pid alone never identifies: the start
 * time and the boot it belongs to do. `startTime` is opaque, compared for equality only.
 */
export const processSchema = z.object({ host: z.string(), bootId: z.string(), pid: z.int().positive(), startTime: z.string() });
export type ProcessIdentity = z.infer<typeof processSchema>;

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return identify(process.pid) ?? { host: hostname(), bootId: currentBootId(), pid: process.pid, startTime: 'unknown' };
}

/** A process of this machine, or undefined when there is none (a zombie counts as none). */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { host: hostname(), bootId: currentBootId(), pid, startTime };
}

/** Whether exactly that process lives; undefined when this machine cannot know (it belongs to another host). */
export function isAlive(identity: ProcessIdentity): boolean | undefined {
  if (!isThisMachine(identity)) return undefined;
  if (identity.bootId !== currentBootId()) return false;
  return startTimeOf(identity.pid) === identity.startTime;
}

/** True when the machine was restarted since the process ran. */
export function isFromEarlierBoot(identity: ProcessIdentity): boolean {
  return isThisMachine(identity) && identity.bootId !== currentBootId();
}

// A laptop's name may change with its network. On Linux the name counts none the less: containers on one kernel share
// the boot and not the pids.
function isThisMachine(identity: ProcessIdentity): boolean {
  return identity.host === hostname() || (process.platform !== 'linux' && identity.bootId === currentBootId());
}

/**
 * Ends a process that was started as the leader of its own group, with all its children: asks first, and after
 * `graceMs` insists. Resolves when the process is gone, or after a further ten seconds with false.
 */
export async function killGroup(identity: ProcessIdentity, options: { graceMs: number; clock: Clock }): Promise<boolean> {
  const { clock, graceMs } = options;
  const insistAt = clock.monotonicMs() + graceMs;
  const giveUpAt = insistAt + 10_000;
  let hasInsisted = graceMs <= 0;
  signalGroup(identity, hasInsisted ? 'SIGKILL' : 'SIGTERM');
  while (isAlive(identity) === true) {
    const now = clock.monotonicMs();
    if (now > giveUpAt) return false;
    if (now > insistAt && !hasInsisted) {
      hasInsisted = true;
      signalGroup(identity, 'SIGKILL');
    }
    await clock.sleep(50);
  }
  return true;
}

/** Sends a signal to a process group; silently nothing when the process is not the one that was meant. */
export function signalGroup(identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (isAlive(identity) !== true) return;
  if (process.platform === 'win32') {
    // Windows has no signals: without /F only programs with a window would hear it, so both mean the same.
    quietly('taskkill', ['/PID', String(identity.pid), '/T', '/F']);
    return;
  }
  try {
    process.kill(-identity.pid, signal);
  } catch {
    // Gone between the check and the signal, or no longer a group leader: the caller polls isAlive.
  }
}

let bootId: string | undefined;

/** Changes with every start of the machine. */
function currentBootId(): string {
  bootId ??= readBootId();
  return bootId;
}

function readBootId(): string {
  if (process.platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  if (process.platform === 'darwin') return quietly('sysctl', ['-n', 'kern.bootsessionuuid']) ?? 'unknown';
  if (process.platform === 'win32') {
    return powershell('(Get-CimInstance Win32_OperatingSystem).LastBootUpTime.ToUniversalTime().Ticks') ?? 'unknown';
  }
  return 'unknown';
}

function startTimeOf(pid: number): string | undefined {
  if (process.platform === 'linux') return linuxStartTime(pid);
  if (process.platform === 'win32') return powershell(`(Get-Process -Id ${pid} -ErrorAction Stop).StartTime.ToUniversalTime().Ticks`);
  const line = quietly('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
  if (line === undefined || line === '' || line.startsWith('Z')) return undefined;
  return line.replace(/^\S+\s+/, '');
}

// /proc/<pid>/stat: the name in parentheses may hold anything, so fields are counted from the last parenthesis.
// Third field of the file is the state, the 22nd the start in clock ticks since boot (proc_pid_stat(5)).
function linuxStartTime(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  return state === 'Z' || state === 'X' ? undefined : startTicks;
}

function powershell(expression: string): string | undefined {
  return quietly('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', expression]);
}

function quietly(command: string, args: string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true }).trim();
  } catch {
    return undefined;
  }
}
