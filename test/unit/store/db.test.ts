import Database from 'better-sqlite3';
import { closeSync, existsSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newestBackup } from '../../../src/backend/store/backups.ts';
import { explainSqliteError } from '../../../src/backend/store/damage.ts';
import { openStore } from '../../../src/backend/store/db.ts';
import { backUpWhenStale, migrationsFolder, readMigrations, type Migration } from '../../../src/backend/store/migrate.ts';
import { requireNapi } from '../../../src/backend/store/sqlite.ts';
import { addJob, testFolder, testStore } from '../../support/testStore.ts';

const code = (expected: string): unknown => expect.objectContaining({ code: expected });
const next = (): Migration[] => {
  const migrations = readMigrations(migrationsFolder());
  return [...migrations, { number: migrations.length + 1, sql: 'CREATE TABLE added (x INTEGER) STRICT;' }];
};

describe('opening a database', () => {
  it('makes one in WAL mode with our schema, and opens it again', () => {
    const { store, file } = testStore();
    expect(store.db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(store.db.pragma('trusted_schema', { simple: true })).toBe(0);
    const again = openStore(file);
    again.close();
  });

  it('refuses one that a newer version made', () => {
    const { store, file } = testStore();
    store.db.pragma('user_version = 99');
    expect(() => openStore(file)).toThrow(code('database_newer'));
  });

  it.each([
    ['a trigger', 'CREATE TRIGGER evil AFTER INSERT ON changes BEGIN DELETE FROM jobs; END'],
    ['a view', 'CREATE VIEW evil AS SELECT 1'],
    ['a table', 'CREATE TABLE evil (x)'],
    ['a missing table', 'DROP TABLE adapter_tests'],
  ])('refuses a schema with %s that is not ours', (_what, sql) => {
    const { store, file } = testStore();
    store.db.exec(sql);
    expect(() => openStore(file)).toThrow(code('database_foreign'));
  });

  it('refuses another program’s database and leaves it as it was', () => {
    const file = path.join(testFolder(), 'other.db');
    const other = new Database(file);
    other.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (7)');
    other.close();
    expect(() => openStore(file)).toThrow(code('database_foreign'));
    const reopened = new Database(file);
    expect(reopened.prepare('SELECT x FROM theirs').pluck().all()).toEqual([7]);
    reopened.close();
  });

  it('calls a file that is no database damaged', () => {
    const file = path.join(testFolder(), 'training.db');
    writeFileSync(file, 'not a database, but long enough to have a header of its own. '.repeat(40));
    expect(() => openStore(file)).toThrow(code('database_damaged'));
  });

  it('names the newest backup when a damaged database is to be migrated', () => {
    const folder = testFolder();
    const { store, file } = testStore(folder);
    for (let index = 0; index < 400; index += 1) addJob(store, `n${index}`);
    store.db.pragma('wal_checkpoint(TRUNCATE)');
    const migrated = openStore(file, { migrations: next() });
    const backup = newestBackup(file);
    expect(backup).not.toBeNull();
    const pages = Number(migrated.db.pragma('page_count', { simple: true }));
    migrated.db.pragma('wal_checkpoint(TRUNCATE)');
    migrated.close();
    store.close();
    const handle = openSync(file, 'r+');
    for (let page = 24; page < pages; page += 1) writeSync(handle, Buffer.alloc(2048, 0xa5), 0, 2048, page * 4096);
    closeSync(handle);
    const third = [...next(), { number: next().length + 1, sql: 'CREATE TABLE third (x INTEGER) STRICT;' }];
    expect(() => openStore(file, { migrations: third })).toThrow(expect.objectContaining({ code: 'database_damaged', details: { file, backup: backup?.path } }));
  });

  it('backs up before migrating and keeps what was stored', () => {
    const folder = testFolder();
    const { store, file } = testStore(folder);
    addJob(store, 'kept');
    expect(existsSync(path.join(folder, 'backups'))).toBe(false);
    const migrated = openStore(file, { migrations: next() });
    expect(migrated.db.prepare('SELECT count(*) FROM jobs').pluck().get()).toBe(1);
    expect(migrated.db.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'added'`).pluck().get()).toBe(1);
    migrated.close();
    expect(readdirSync(path.join(folder, 'backups'))).toHaveLength(1);
  });

  it('rolls a failing migration back whole', () => {
    const { file } = testStore();
    const migrations = readMigrations(migrationsFolder());
    const broken = [...migrations, { number: migrations.length + 1, sql: 'CREATE TABLE half (x INTEGER) STRICT; CREATE TABLE jobs (x);' }];
    expect(() => openStore(file, { migrations: broken })).toThrow();
    openStore(file).close();
  });

  it('refuses a Node whose Node-API is too old, before the native module could crash it', () => {
    expect(() => requireNapi('9', 'v20.0.0')).toThrow(code('node_too_old'));
    expect(() => requireNapi('10', 'v22.14.0')).not.toThrow();
  });
});

it('says what a person can do about an error of the database', () => {
  const { store, file } = testStore();
  store.db.pragma('max_page_count = 1');
  const fill = () => store.db.exec('CREATE TABLE big (x BLOB); INSERT INTO big VALUES (zeroblob(9000000))');
  expect(() => {
    try {
      fill();
    } catch (error) {
      throw explainSqliteError(file, error);
    }
  }).toThrow(code('disk_full'));
  const bug = new Error('a bug');
  expect(explainSqliteError(file, bug)).toBe(bug);
});

it('copies the database at most once a day', () => {
  const folder = testFolder();
  const { store, clock } = testStore(folder);
  clock.wallMs = Date.now();
  const copies = () => readdirSync(path.join(folder, 'backups')).length;
  backUpWhenStale(store.db, store);
  clock.advance(3600_000);
  backUpWhenStale(store.db, store);
  expect(copies()).toBe(1);
  clock.advance(25 * 3600_000);
  backUpWhenStale(store.db, store);
  expect(copies()).toBe(2);
});
