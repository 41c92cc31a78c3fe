import { statSync } from 'node:fs';
import { writeFileAtomically } from './files.ts';

/** Replaces a file in one step with one that only its owner can read. On Windows the profile folder's own rights do that. */
export function writePrivateFile(file: string, content: string): void {
  writeFileAtomically(file, content, 0o600);
}

/** True where others than the owner may read a file; Windows has no such bits. */
export function isOpenToOthers(file: string): boolean {
  const facts = statSync(file, { throwIfNoEntry: false });
  return process.platform !== 'win32' && facts !== undefined && (facts.mode & 0o077) !== 0;
}
