import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { failure, type CampError } from '../../protocol/errors.ts';

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
