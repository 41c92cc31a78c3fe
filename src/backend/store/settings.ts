import type { z } from 'zod';
import type { Note } from './changes.ts';
import type { Store } from './db.ts';

/** A value of the workspace, or null when it was never set or no longer parses. */
export function readSetting<T>(store: Store, key: string, schema: z.ZodType<T>): T | null {
  const row = store.db.prepare<[string], { value: string }>('SELECT value_json AS value FROM settings WHERE key = ?').get(key);
  if (row === undefined) return null;
  const parsed = schema.safeParse(JSON.parse(row.value));
  return parsed.success ? parsed.data : null;
}

export function writeSetting(store: Store, note: Note, key: string, value: unknown): void {
  store.db
    .prepare<[string, string]>('INSERT INTO settings (key, value_json) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value_json = excluded.value_json')
    .run(key, JSON.stringify(value));
  note('settings', key);
}
