import { openSqlite } from './sqlite.ts';

/** Loads SQLite and answers its version. Throws where this Node cannot load it. */
export function sqliteVersion(): string {
  const db = openSqlite(':memory:');
  try {
    return db.prepare<[], { version: string }>('SELECT sqlite_version() AS version').get()?.version ?? 'unknown';
  } finally {
    db.close();
  }
}
