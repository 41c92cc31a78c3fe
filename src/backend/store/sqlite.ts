import Database from 'better-sqlite3';
import { failure } from '../../protocol/errors.ts';

export type Db = Database.Database;

const neededNapi = 10;

/**
 * Opens a SQLite file. On a Node without Node-API 10 the native module crashes the process without a message, so the
 * version is checked before it is loaded.
 */
export function openSqlite(file: string, options: { readonly?: boolean; busyTimeoutMs?: number } = {}): Db {
  requireNapi(process.versions['napi'], process.version);
  const db = new Database(file, { readonly: options.readonly === true, timeout: options.busyTimeoutMs ?? 5000 });
  // A database may have come with a cloned repository: nothing in its schema may run a function with side effects.
  db.pragma('trusted_schema = OFF');
  return db;
}

export function requireNapi(napi: string | undefined, nodeVersion: string): void {
  if (Number(napi ?? 0) >= neededNapi) return;
  throw failure('node_too_old', `Node ${nodeVersion} cannot load SQLite: it has Node-API ${napi ?? 'none'}, and ${neededNapi} is needed.`, {
    hint: 'Install Node 22.14 or later (24 is preferred), or start with `npm run setup`, which brings its own.',
  });
}

/** The SQLite result code of an error, such as SQLITE_CORRUPT; undefined for anything else. */
export function sqliteCode(error: unknown): string | undefined {
  return error instanceof Database.SqliteError ? error.code : undefined;
}
