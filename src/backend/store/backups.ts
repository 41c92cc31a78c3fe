import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** A copy of a database. */
export interface Backup {
  path: string;
  /** When it was made, as ISO 8601 in UTC. */
  made: string;
  sizeBytes: number;
}

const backupName = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z.*\.db$/;

/** Where copies of a database lie, made before each migration and once a day. */
export function backupFolder(file: string): string {
  return path.join(path.dirname(file), 'backups');
}

/** The name of a copy that is made now. It starts with the time, so that names sort by age. */
export function backupNameAt(time: Date, schema: number): string {
  const stamp = time.toISOString().replace(/[-:]/g, '').replace(/\.\d+Z$/, 'Z');
  return `${stamp}-schema-${String(schema)}-${String(process.pid)}.db`;
}

/** The copies of a database, newest first. */
export function listBackups(file: string): Backup[] {
  const folder = backupFolder(file);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => backupName.test(name)).sort().reverse();
  return names.map((name) => {
    const [, year, month, day, hour, minute, second] = backupName.exec(name) ?? [];
    const made = `${String(year)}-${String(month)}-${String(day)}T${String(hour)}:${String(minute)}:${String(second)}Z`;
    return { path: path.join(folder, name), made, sizeBytes: statSync(path.join(folder, name)).size };
  });
}

/** The newest copy, verified or not. */
export function newestBackup(file: string): Backup | null {
  return listBackups(file)[0] ?? null;
}
