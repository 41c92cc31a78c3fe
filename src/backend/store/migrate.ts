import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { failure } from '../../protocol/errors.ts';
import type { Clock } from '../platform/clock.ts';
import { backupFolder, backupNameAt, newestBackup } from './backups.ts';
import { damagedError } from './damage.ts';
import { requestHandover } from './handover.ts';
import { openSqlite, type Db } from './sqlite.ts';

/** A numbered file of SQL. Never edited after release. */
export interface Migration {
  number: number;
  sql: string;
}

interface MigrateInit {
  file: string;
  clock: Clock;
  migrations: Migration[];
}

/** `TCMP` in the header: tells our database from another program's. */
const applicationId = 0x54434d50;
const keptBackups = 3;
const dayMs = 24 * 3600_000;
const largestCopyBytes = 256 * 1024 * 1024;

/** The folder with the SQL: beside this module in the sources, beside the bundle in dist. */
export function migrationsFolder(): string {
  return path.join(import.meta.dirname, 'migrations');
}

/** All migrations of a folder, in order; a gap in the numbers is a mistake of ours. */
export function readMigrations(folder: string): Migration[] {
  const migrations = readdirSync(folder)
    .filter((name) => /^\d{4}.*\.sql$/.test(name))
    .sort()
    .map((name) => ({ number: Number(name.slice(0, 4)), sql: readFileSync(path.join(folder, name), 'utf8') }));
  migrations.forEach((migration, index) => {
    if (migration.number !== index + 1) throw new Error(`migration ${index + 1} is missing in ${folder}`);
  });
  return migrations;
}

/** Brings the schema to the newest version, or refuses the database. */
export function migrate(db: Db, init: MigrateInit): void {
  const version = checkedVersion(db, init);
  const latest = init.migrations.length;
  if (version === latest) return;
  if (version > 0) prepareUpgrade(db, init);
  db.transaction(() => {
    // Another process may have been here first: what was checked outside the lock is checked again.
    const current = checkedVersion(db, init);
    for (const migration of init.migrations.slice(current)) {
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.number}`);
    }
    db.pragma(`application_id = ${applicationId}`);
  }).exclusive();
}

/** The schema that migrations make, one `type|name|sql` per entry, sorted. */
export function schemaOf(db: Db): string[] {
  return db
    .prepare<[], { type: string; name: string; sql: string | null }>(
      `SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name`,
    )
    .all()
    .map((row) => `${row.type}|${row.name}|${row.sql ?? ''}`);
}

/** The version of a database's schema. Throws where a newer version of ours made it, or somebody else (`database_newer`, `database_foreign`). */
export function checkedVersion(db: Db, init: Pick<MigrateInit, 'file' | 'migrations'>): number {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > init.migrations.length) {
    throw failure('database_newer', `The database ${init.file} was made by a newer version of Training Camp (schema ${version}, this one knows ${init.migrations.length}).`, {
      hint: 'Update Training Camp here, or use the version that made the database.',
    });
  }
  const actual = schemaOf(db);
  const expected = expectedSchema(init.migrations.slice(0, Math.max(0, version)));
  const unknown = actual.filter((entry) => !expected.includes(entry));
  const missing = expected.filter((entry) => !actual.includes(entry));
  if (unknown.length + missing.length > 0) {
    throw failure('database_foreign', `The database ${init.file} has a schema that is not Training Camp’s.`, {
      hint: 'It may have come with a repository, or from another program. `training doctor --fix` moves it to the trash: a new one is made, and datasets and runs keep their files.',
      details: { unknown: unknown.map(nameOf), missing: missing.map(nameOf) },
    });
  }
  return version;
}

function nameOf(entry: string): string {
  return entry.split('|', 2).join(' ');
}

function expectedSchema(migrations: Migration[]): string[] {
  if (migrations.length === 0) return [];
  const scratch = openSqlite(':memory:');
  try {
    for (const migration of migrations) scratch.exec(migration.sql);
    return schemaOf(scratch);
  } finally {
    scratch.close();
  }
}

function prepareUpgrade(db: Db, init: MigrateInit): void {
  requireWhole(db, init.file);
  requestHandover(db, init.clock);
  backUp(db, init);
}

/** Reads the whole file. Throws `database_damaged` where its structure is broken. */
export function requireWhole(db: Db, file: string): void {
  const [finding] = db.prepare<[], { quick_check: string }>('PRAGMA quick_check(1)').all();
  if (finding?.quick_check !== 'ok') throw damagedError(file, new Error(finding?.quick_check ?? 'quick_check failed'));
}

/** A copy a day, made by the worker when it has nothing else to do. Not of a database too large to copy in passing. */
export function backUpWhenStale(db: Db, init: { file: string; clock: Clock }): void {
  const newest = newestBackup(init.file);
  const ageMs = newest === null ? Number.POSITIVE_INFINITY : init.clock.now().getTime() - statSync(newest.path).mtimeMs;
  // A negative age: the clock was set back since.
  if (statSync(init.file).size <= largestCopyBytes && (ageMs > dayMs || ageMs < 0)) backUp(db, init);
}

/** Copies the database beside itself, keeping the newest few copies. Answers the copy's path. */
function backUp(db: Db, init: { file: string; clock: Clock }): string {
  const folder = backupFolder(init.file);
  mkdirSync(folder, { recursive: true });
  const version = Number(db.pragma('user_version', { simple: true }));
  const target = path.join(folder, backupNameAt(init.clock.now(), version));
  if (!existsSync(target)) db.prepare('VACUUM INTO ?').run(target);
  const names = readdirSync(folder).filter((name) => name.endsWith('.db')).sort();
  for (const name of names.slice(0, -keptBackups)) rmSync(path.join(folder, name), { force: true });
  return target;
}
