import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A text file's content, or null where there is no such file. A byte order mark is dropped. */
export function readTextFile(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Names in a folder, sorted; empty where there is no such folder. */
export function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

export interface FileFacts {
  sizeBytes: number;
  modifiedNs: bigint;
  inode: bigint;
  isFolder: boolean;
}

/** What identifies a file's content without reading it, or null where there is none. Links are followed. */
export function fileFacts(file: string): FileFacts | null {
  const facts = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (facts === undefined) return null;
  return { sizeBytes: Number(facts.size), modifiedNs: facts.mtimeNs, inode: facts.ino, isFolder: facts.isDirectory() };
}

/** Up to `length` bytes from `offset`; shorter at the end of the file, empty where there is no file. */
export function readRange(file: string, offset: number, length: number): Buffer {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if (isMissing(error)) return Buffer.alloc(0);
    throw error;
  }
  try {
    const buffer = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const count = readSync(handle, buffer, filled, length - filled, offset + filled);
      if (count === 0) break;
      filled += count;
    }
    return buffer.subarray(0, filled);
  } finally {
    closeSync(handle);
  }
}

/**
 * Replaces a file in one step: a reader sees the old content or the new, also after a power cut. `mode` is that of a new
 * file, such as 0o600 for its owner alone; on Windows the folder's own rights decide.
 */
export function writeFileAtomically(file: string, content: string | Uint8Array, mode = 0o666): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = openSync(temporary, 'wx', mode);
    try {
      writeFileSync(handle, content);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    moveIntoPlace(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Makes a folder that appears under its name only when `fill` has written all of it; nothing is left when it fails. */
export function buildFolder(target: string, fill: (staging: string) => void): void {
  const staging = `${target}.${randomBytes(4).toString('hex')}.new`;
  mkdirSync(staging, { recursive: true });
  try {
    fill(staging);
    moveIntoPlace(staging, target);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
}

/** Gives a finished file or folder its name in one step, also for after a power cut. Makes the folder it goes to. */
export function moveIntoPlace(from: string, to: string): void {
  const folder = path.dirname(to);
  const made = mkdirSync(folder, { recursive: true });
  renameSync(from, to);
  syncFolder(folder);
  // Folders that were made for it are entries of others.
  if (made !== undefined) for (let at = folder; at.length >= made.length; at = path.dirname(at)) syncFolder(path.dirname(at));
}

/** Waits until a file's content is on the disk. */
export function syncFile(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Waits until a folder's entries are on the disk. Windows cannot open a folder, and NTFS keeps a journal of renames. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } catch (error) {
    // Some network and FUSE file systems refuse to sync a folder; what they promise holds without it.
    if (!(error instanceof Error && 'code' in error && (error.code === 'EINVAL' || error.code === 'ENOTSUP' || error.code === 'EBADF'))) throw error;
  } finally {
    closeSync(handle);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
