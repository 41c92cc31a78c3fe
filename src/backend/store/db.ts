import Database from 'better-sqlite3';
import { readFileSync } from 'node:fs';

export type Db = Database.Database;

/** The workspace's database: a connection with the schema in place. */
export interface Store {
  readonly db: Db;
  close(): void;
}

export function openStore(file: string): Store {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
  db.pragma('busy_timeout = 5000');
  const version = db.pragma('user_version', { simple: true });
  if (version === 0) {
    db.exec(readFileSync(new URL('./migrations/0001.sql', import.meta.url), 'utf8'));
    db.pragma('user_version = 1');
  }
  return { db, close: () => db.close() };
}
