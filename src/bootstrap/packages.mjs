// npm packages: installed when node_modules is not what package-lock.json says.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runNpm } from './npm.mjs';
import { step } from './report.mjs';

/**
 * @typedef {{version?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[], link?: boolean}} LockEntry
 * @typedef {{packages?: Record<string, LockEntry>}} LockFile
 */

/** @param {string} root */
export function arePackagesInstalled(root) {
  const wanted = readLock(path.join(root, 'package-lock.json'));
  // npm writes this file last, so that an interrupted installation has none or the one of its predecessor.
  const found = readLock(path.join(root, 'node_modules', '.package-lock.json'));
  return wanted !== undefined && found !== undefined && isInstalled(wanted, found, process);
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
export async function installPackages(root, env) {
  await step('npm packages', () => runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, env }));
}

/**
 * Whether the installed packages are those of the lock file. Optional ones for other machines may be absent.
 * @param {LockFile} wanted
 * @param {LockFile} found
 * @param {{platform: string, arch: string}} machine
 */
export function isInstalled(wanted, found, machine) {
  return Object.entries(wanted.packages ?? {}).every(([name, entry]) => {
    if (name === '' || entry.link === true) return true;
    const installed = found.packages?.[name];
    if (installed !== undefined) return installed.version === entry.version;
    return entry.optional === true && !isMeantFor(entry, machine);
  });
}

/**
 * @param {LockEntry} entry
 * @param {{platform: string, arch: string}} machine
 */
function isMeantFor(entry, machine) {
  // Which C library a machine has is npm's to know: such an entry may be absent.
  if (entry.os === undefined || entry.libc !== undefined) return false;
  return entry.os.includes(machine.platform) && (entry.cpu === undefined || entry.cpu.includes(machine.arch));
}

/**
 * @param {string} file
 * @returns {LockFile | undefined}
 */
function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Absent or torn: the installation did not finish.
    return undefined;
  }
}
