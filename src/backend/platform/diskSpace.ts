import { statfsSync } from 'node:fs';
import path from 'node:path';

/** Bytes that this user can still write where `folder` lies or will lie. */
export function freeDiskBytes(folder: string): number {
  for (let existing = path.resolve(folder); ; existing = path.dirname(existing)) {
    try {
      const facts = statfsSync(existing);
      return facts.bavail * facts.bsize;
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isMissing || path.dirname(existing) === existing) throw error;
    }
  }
}

/** Whether an error says that the disk, or the user's quota, is full. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
