import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { CampError } from '../../protocol/errors.ts';
import type { Clock } from '../platform/clock.ts';
import { moveIntoPlace, syncFile } from '../platform/files.ts';
import { listBackups, type Backup } from './backups.ts';
import { explainSqliteError } from './damage.ts';
import { openStore } from './db.ts';
import { checkedVersion, migrationsFolder, readMigrations, requireWhole } from './migrate.ts';
import { openSqlite } from './sqlite.ts';

/** What another database, or none, in its place can help. */
const replaceable: ReadonlySet<string> = new Set(['database_damaged', 'database_foreign']);

/**
 * Why a database should be replaced: it is damaged, or not ours. Null where it opens and is whole. Throws what no other
 * file in its place helps against, such as `database_newer` or `database_busy`.
 */
export function findProblem(file: string): CampError | null {
  try {
    const store = openStore(file);
    try {
      requireWhole(store.db, file);
    } finally {
      store.close();
    }
    return null;
  } catch (raw) {
    const error = explainSqliteError(file, raw);
    if (error instanceof CampError && replaceable.has(error.code)) return error;
    throw error;
  }
}

/** The newest backup that is ours and whole, and the newer ones that are not. */
export function findBackup(file: string): { backup: Backup | null; rejected: { path: string; reason: string }[] } {
  const rejected: { path: string; reason: string }[] = [];
  for (const backup of listBackups(file)) {
    const reason = faultOf(backup.path);
    if (reason === null) return { backup, rejected };
    rejected.push({ path: backup.path, reason });
  }
  return { backup: null, rejected };
}

function faultOf(file: string): string | null {
  try {
    const db = openSqlite(file, { readonly: true });
    try {
      if (checkedVersion(db, { file, migrations: readMigrations(migrationsFolder()) }) === 0) return 'It is empty.';
      requireWhole(db, file);
      return null;
    } finally {
      db.close();
    }
  } catch (raw) {
    const error = explainSqliteError(file, raw);
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Moves a database with its -wal and -shm into a folder of its own in the trash, and puts the backup, or nothing, in its
 * place. Nobody may have it open. Answers the folder. A crash leaves the damaged file, or the backup, in place and whole:
 * the write-ahead log goes first, since SQLite would play it into whatever stands beside it.
 */
export function replaceDatabase(file: string, backup: Backup | null, { trash, clock }: { trash: string; clock: Clock }): string {
  const folder = path.join(trash, `database-${clock.now().toISOString().replace(/[:.]/g, '-')}`);
  mkdirSync(folder, { recursive: true });
  const copy = `${file}.${String(process.pid)}.new`;
  try {
    if (backup !== null) {
      copyFileSync(backup.path, copy);
      syncFile(copy);
    }
    for (const suffix of ['-wal', '-shm']) if (existsSync(file + suffix)) move(file + suffix, path.join(folder, path.basename(file) + suffix));
    if (backup === null) move(file, path.join(folder, path.basename(file)));
    else {
      keep(file, path.join(folder, path.basename(file)));
      moveIntoPlace(copy, file);
    }
  } finally {
    rmSync(copy, { force: true });
  }
  return folder;
}

/** A second name, or a copy where the file system knows none: the first one stays until it is replaced. */
function keep(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** The trash may lie on another file system than a database of a network drive. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    copyFileSync(from, to);
    rmSync(from);
  }
}
