import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { migrationsFolder, readMigrations, schemaOf } from '../../src/backend/store/migrate.ts';
import { openSqlite } from '../../src/backend/store/sqlite.ts';

const file = path.resolve(import.meta.dirname, '..', '..', 'src', 'backend', 'store', 'schema.sql');

/** What all migrations together make, for readers and for reviews of a migration. `UPDATE_GENERATED=1` writes it anew. */
function dump(): string {
  const db = openSqlite(':memory:');
  try {
    const migrations = readMigrations(migrationsFolder());
    for (const migration of migrations) db.exec(migration.sql);
    const statements = schemaOf(db).map((entry) => `${entry.split('|').slice(2).join('|')};`);
    return `-- Generated: the schema after migration ${migrations.length}.\n\n${statements.join('\n\n')}\n`;
  } finally {
    db.close();
  }
}

it('keeps the dump of the schema up to date', () => {
  const expected = dump();
  if (process.env['UPDATE_GENERATED'] === '1') writeFileSync(file, expected);
  expect(readFileSync(file, 'utf8')).toBe(expected);
});
