import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { installationRoot } from './installation.ts';

const entry = path.join('dist', 'worker.mjs');
const unusedForMs = 30 * 24 * 3600 * 1000;

/**
 * A copy of the worker, its migrations, the trainer and SQLite under the home folder, named by their content. The worker
 * and its trainers run from there, so that an update of the program neither changes files under them nor is blocked by
 * them. Answers the path of the worker's script.
 */
export function installWorker(homeRoot: string, now: Date): string {
  const root = installationRoot();
  if (path.dirname(root) === path.join(homeRoot, 'workers')) return path.join(root, entry);
  const files = filesOf(root);
  const folder = path.join(homeRoot, 'workers', hashOf(files));
  const script = path.join(folder, entry);
  if (existsSync(script)) {
    utimesSync(folder, now, now);
    return script;
  }
  mkdirSync(path.dirname(folder), { recursive: true });
  const staging = mkdtempSync(path.join(path.dirname(folder), '.new-'));
  try {
    for (const [name, source] of files) {
      const target = path.join(staging, name);
      mkdirSync(path.dirname(target), { recursive: true });
      cpSync(source, target);
    }
    renameSync(staging, folder);
  } catch (error) {
    // Another process may have made the same copy a moment earlier.
    if (!existsSync(script)) throw error;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  removeUnused(path.dirname(folder), now);
  return script;
}

/** Path within the copy to the file that it is a copy of. */
function filesOf(root: string): Map<string, string> {
  const script = path.join(root, entry);
  if (!existsSync(script)) throw new Error(`${script} is missing: the program was not built`);
  const files = new Map<string, string>([[entry, script]]);
  addFolder(files, path.join(root, 'dist', 'migrations'), path.join('dist', 'migrations'));
  addFolder(files, path.join(root, 'src', 'trainer', 'training_camp'), path.join('src', 'trainer', 'training_camp'));
  const sqlite = path.dirname(createRequire(script).resolve('better-sqlite3/package.json'));
  const within = path.join('node_modules', 'better-sqlite3');
  files.set(path.join(within, 'package.json'), path.join(sqlite, 'package.json'));
  addFolder(files, path.join(sqlite, 'lib'), path.join(within, 'lib'));
  for (const build of ['prebuilds', 'build']) {
    if (existsSync(path.join(sqlite, build))) addFolder(files, path.join(sqlite, build), path.join(within, build), isForThisMachine);
  }
  return files;
}

function isForThisMachine(name: string): boolean {
  return name.endsWith('.node') && (name === 'better_sqlite3.node' || (name.includes(process.arch) && new RegExp(`^${process.platform}`).test(name)));
}

function addFolder(files: Map<string, string>, source: string, target: string, isWanted: (name: string) => boolean = isPartOfProgram): void {
  for (const item of readdirSync(source, { withFileTypes: true })) {
    const from = path.join(source, item.name);
    const to = path.join(target, item.name);
    if (item.isDirectory()) {
      if (item.name !== '__pycache__') addFolder(files, from, to, isWanted);
    } else if (isWanted(item.name)) {
      files.set(to, from);
    }
  }
}

function isPartOfProgram(name: string): boolean {
  return !name.endsWith('.pyc') && !name.endsWith('.map');
}

function hashOf(files: Map<string, string>): string {
  const hash = createHash('sha256');
  for (const [name, source] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name}\0`).update(readFileSync(source)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function removeUnused(folder: string, now: Date): void {
  for (const name of readdirSync(folder)) {
    const version = path.join(folder, name);
    try {
      if (now.getTime() - statSync(version).mtimeMs > unusedForMs) rmSync(version, { recursive: true, force: true });
    } catch {
      // In use on Windows, or removed by another process: it is tried again next time.
    }
  }
}
