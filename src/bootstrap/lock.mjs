// One set-up at a time per clone: two of them would remove each other's node_modules.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const pollMs = 250;

/**
 * Runs `work` while no other process of this clone does. A lock whose owner is gone is taken over.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  mkdirSync(path.dirname(file), { recursive: true });
  let hasSaid = false;
  while (!tryTake(file)) {
    if (!hasSaid) process.stderr.write('… waiting for another set-up of this clone\n');
    hasSaid = true;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file */
function tryTake(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  if (isOwnerAlive(file)) return false;
  rmSync(file, { force: true });
  return false;
}

/** @param {string} file */
function isOwnerAlive(file) {
  let pid;
  try {
    pid = Number(readFileSync(file, 'utf8'));
  } catch (error) {
    // Released between our two calls: the next round takes it.
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
  // The owner creates the file and fills it in two steps; an empty one is a moment old, or its owner died right there.
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
