import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { failure, type CampError } from '../../protocol/errors.ts';
import { sqliteCode } from './sqlite.ts';

/** Where copies of a database lie, made before each migration. */
export function backupFolder(file: string): string {
  return path.join(path.dirname(file), 'backups');
}

/** The newest copy, by its name, which starts with the time it was made. */
export function newestBackup(file: string): string | null {
  const folder = backupFolder(file);
  if (!existsSync(folder)) return null;
  const names = readdirSync(folder).filter((name) => /^\d{8}T\d{6}Z.*\.db$/.test(name)).sort();
  const newest = names.at(-1);
  return newest === undefined ? null : path.join(folder, newest);
}

export function damagedError(file: string, cause: unknown): CampError {
  const backup = newestBackup(file);
  const restore =
    backup === null
      ? `There is no backup. Move it away (with its -wal and -shm): a new one is made, and datasets and runs keep their files beside it.`
      : `Move it away (with its -wal and -shm) and put the newest backup in its place: ${backup}`;
  return failure('database_damaged', `The database ${file} is damaged.`, { hint: restore, details: { file, backup }, cause });
}

/** Whether SQLite found the file itself to be wrong. */
function isDamage(error: unknown): boolean {
  const code = sqliteCode(error) ?? '';
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}

/** What a person can do about an error of the database; any other error as it is. */
export function explainSqliteError(file: string, error: unknown): unknown {
  if (isDamage(error)) return damagedError(file, error);
  const code = sqliteCode(error) ?? '';
  if (code === 'SQLITE_FULL') return failure('disk_full', `No room is left on the disk for ${file}.`, { hint: 'Free some space and try again; what was stored before is safe.', cause: error });
  if (code.startsWith('SQLITE_BUSY')) return failure('database_busy', `Another process holds the database ${file} for too long.`, { hint: 'Try again in a moment.', cause: error });
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code === 'SQLITE_PERM') {
    return failure('database_not_writable', `The database ${file} cannot be written.`, { hint: 'Check the permissions of the folder .training.', cause: error });
  }
  return error;
}
