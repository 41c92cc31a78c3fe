import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

// A small disk of its own is a tmpfs, which only root can mount.

const ballast = 'ballast';

/** Whether this process may mount a tmpfs: root on Linux, where containers allow it. */
export function mayMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(path.join(tmpdir(), 'camp-mount-'));
  try {
    mountSmallDisk(folder, 1);
    unmount(folder);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function mountSmallDisk(folder: string, sizeMegabytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(sizeMegabytes)}m`, 'tmpfs', folder]);
}

export function unmount(folder: string): void {
  execFileSync('umount', ['--lazy', folder]);
}

/** Leaves `freeBytes` of room. */
export function fillDisk(folder: string, freeBytes: number): void {
  const facts = statfsSync(folder);
  try {
    writeFileSync(path.join(folder, ballast), Buffer.alloc(Math.max(0, facts.bavail * facts.bsize - freeBytes)));
  } catch {
    // Somebody else took the last room: full is full.
  }
}

/** Makes room again. */
export function freeDisk(folder: string): void {
  rmSync(path.join(folder, ballast));
}
