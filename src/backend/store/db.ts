import { statSync } from 'node:fs';
import { migrationsFolder, migrate, readMigrations, type Migration } from './migrate.ts';
import { blockMs, systemClock, type Clock } from '../platform/clock.ts';
import { explainSqliteError } from './damage.ts';
import { openSqlite, sqliteCode, type Db } from './sqlite.ts';

/** The workspace's database: a connection with the schema in place. */
export interface Store {
  readonly db: Db;
  readonly file: string;
  readonly clock: Clock;
  /** False when another file took its place, or none: what is written here reaches nobody. */
  isInPlace(): boolean;
  close(): void;
}

export interface OpenStoreOptions {
  clock?: Clock;
  /** Tests pass their own. */
  migrations?: Migration[];
}

/**
 * Opens the database, creating or migrating it. Refuses a newer one (`database_newer`), one with a schema that is not
 * ours (`database_foreign`) and a damaged one (`database_damaged`).
 */
export function openStore(file: string, options: OpenStoreOptions = {}): Store {
  const clock = options.clock ?? systemClock;
  const db = open(file);
  try {
    useWal(db);
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    migrate(db, { file, clock, migrations: options.migrations ?? readMigrations(migrationsFolder()) });
  } catch (error) {
    db.close();
    throw explainSqliteError(file, error);
  }
  const opened = identityOf(file);
  return { db, file, clock, isInPlace: () => identityOf(file) === opened, close: () => db.close() };
}

/** Null in memory, and where there is no file. */
function identityOf(file: string): string | null {
  const facts = statSync(file, { throwIfNoEntry: false, bigint: true });
  return facts === undefined ? null : `${String(facts.dev)} ${String(facts.ino)}`;
}

function open(file: string): Db {
  try {
    return openSqlite(file);
  } catch (error) {
    throw explainSqliteError(file, error);
  }
}

// Switching to WAL needs the file for itself for an instant, and SQLite does not wait for it: two processes that
// create a database together meet here.
function useWal(db: Db): void {
  for (let attempt = 0; ; attempt += 1) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!(sqliteCode(error) ?? '').startsWith('SQLITE_BUSY') || attempt === 200) throw error;
      blockMs(25);
    }
  }
}
