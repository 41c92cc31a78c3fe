import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock, type Clock } from './clock.ts';
import { isAlive, ownIdentity, processSchema, type ProcessIdentity } from './process.ts';

const pollMs = 300;

export interface LockInit {
  file: string;
  clock: Clock;
  signal?: AbortSignal;
  /** Called once when another process holds the lock. */
  onWait?: (owner: ProcessIdentity) => void;
}

/** Runs `work` while this process alone holds the lock. A holder that is gone loses it. */
export async function withLockFile<T>(init: LockInit, work: () => Promise<T>): Promise<T> {
  mkdirSync(path.dirname(init.file), { recursive: true });
  let hasWaited = false;
  for (let owner = tryTake(init.file); owner !== undefined; owner = tryTake(init.file)) {
    if (!hasWaited) init.onWait?.(owner);
    hasWaited = true;
    await init.clock.sleep(pollMs, init.signal);
    init.signal?.throwIfAborted();
  }
  try {
    return await work();
  } finally {
    rmSync(init.file, { force: true });
  }
}

/** Runs short work on a file that other processes change too: what it reads is still there when it writes. */
export async function changeAlone<T>(file: string, work: () => T): Promise<T> {
  return await withLockFile({ file: `${file}.lock`, clock: systemClock }, async () => await Promise.resolve(work()));
}

/** The living owner, or undefined when the lock is now ours. */
function tryTake(file: string): ProcessIdentity | undefined {
  const own = JSON.stringify(ownIdentity());
  for (;;) {
    try {
      const handle = openSync(file, 'wx');
      try {
        writeFileSync(handle, own);
      } finally {
        closeSync(handle);
      }
      return undefined;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    const owner = readOwner(file);
    if (owner !== undefined && isAlive(owner) !== false) return owner;
    // Renaming lets one of several waiters win; the file of a new owner is never removed by a late one.
    const stale = `${file}.${process.pid}.stale`;
    try {
      renameSync(file, stale);
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw error;
    }
    rmSync(stale, { force: true });
  }
}

function readOwner(file: string): ProcessIdentity | undefined {
  try {
    return processSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Gone meanwhile, or its owner died between creating and filling it.
    return undefined;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
