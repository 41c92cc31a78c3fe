import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { moveIntoPlace } from './files.ts';

/** Replaces a file in one step with one that only its owner can read. On Windows the profile folder's own rights do that. */
export function writePrivateFile(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = openSync(temporary, 'wx', 0o600);
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

/** True where others than the owner may read a file; Windows has no such bits. */
export function isOpenToOthers(file: string): boolean {
  const facts = statSync(file, { throwIfNoEntry: false });
  return process.platform !== 'win32' && facts !== undefined && (facts.mode & 0o077) !== 0;
}
