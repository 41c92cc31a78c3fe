import { failure, type CampError } from '../../protocol/errors.ts';
import { newestBackup } from './backups.ts';
import { sqliteCode } from './sqlite.ts';

export function damagedError(file: string, cause: unknown): CampError {
  const backup = newestBackup(file);
  const hint =
    backup === null
      ? 'There is no backup. `training doctor --fix` moves it to the trash and makes the index of datasets and runs again from their folders.'
      : `\`training doctor --fix\` moves it to the trash and puts the newest backup in its place: ${backup.path}`;
  return failure('database_damaged', `The database ${file} is damaged.`, { hint, details: { file, backup: backup?.path ?? null }, cause });
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
