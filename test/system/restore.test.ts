import { execa } from 'execa';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workspaceAt } from '../../src/backend/platform/workspace.ts';
import { openStore } from '../../src/backend/store/db.ts';
import { backUpWhenStale } from '../../src/backend/store/migrate.ts';
import { doctorResultSchema } from '../../src/protocol/setup.ts';
import { damageDatabase } from '../support/damage.ts';

const entry = path.resolve(import.meta.dirname, '..', '..', 'dist', 'cli.mjs');
const row = (text: string) => `${JSON.stringify({ prompt: text, completion: `${text}!` })}\n`;
let root = '';

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'restore-system-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function training(args: string[]) {
  return await execa(process.execPath, [entry, ...args], { cwd: root, reject: false, stdin: 'ignore' });
}

test('training doctor finds a damaged database, says what a repair would lose, and repairs it with --yes', async () => {
  for (const name of ['early', 'late']) writeFileSync(path.join(root, `${name}.jsonl`), Array.from({ length: 12 }, (_, index) => row(`${name} ${String(index)}`)).join(''));
  await training(['prepare', 'early.jsonl', '--name', 'early']);
  const { database, trash } = workspaceAt(root);
  const store = openStore(database);
  backUpWhenStale(store.db, store);
  store.close();
  await training(['prepare', 'late.jsonl', '--name', 'late']);
  damageDatabase(database);
  const damaged = readFileSync(database);

  const asked = await training(['doctor', '--fix']);
  expect(asked.exitCode).toBe(3);
  expect(asked.stderr).toMatch(/is damaged\. This moves it to the trash and puts the backup of \d{4}-[^ ]+Z in its place\. What was stored after/);
  expect(existsSync(trash)).toBe(false);

  const fixed = doctorResultSchema.parse(JSON.parse((await training(['doctor', '--fix', '--yes', '--json'])).stdout));
  expect(fixed.fixed).toEqual([{ id: 'database', message: expect.stringContaining('1 dataset and 0 runs') }]);
  expect(fixed.checks).toContainEqual(expect.objectContaining({ id: 'database', status: 'ok' }));
  const [moved = ''] = readdirSync(trash);
  expect(readFileSync(path.join(trash, moved, 'training.db')).equals(damaged)).toBe(true);
  const listed = await training(['datasets']);
  expect(listed.stdout).toContain('early');
  expect(listed.stdout).toContain('late');
});
