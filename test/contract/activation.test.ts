import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { activateUnderStub } from '../support/activation/activate.ts';

const entry = path.resolve(import.meta.dirname, '../../src/extension/extension.ts');
let folder = '';
let workspace = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'activation-'));
  workspace = path.join(folder, 'workspace');
  mkdirSync(path.join(workspace, '.training'), { recursive: true });
  writeFileSync(path.join(workspace, '.training', 'training.db'), '');
  writeFileSync(path.join(workspace, 'rows.jsonl'), '{}\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([true, false])('activation in a folder whose trust is %s starts no process and opens no file of it', async (isTrusted) => {
  expect(await activateUnderStub({ entry, workspace, isTrusted })).toMatchObject({ started: [], opened: [] });
});

test('activation loads no package', async () => {
  const { loaded } = await activateUnderStub({ entry, workspace });
  expect(loaded.map(({ file }) => file)).toContain(entry);
  expect(loaded.filter(({ file }) => file.includes('node_modules'))).toEqual([]);
});

test('an extension that does start and open something is noticed', async () => {
  const eager = path.join(folder, 'eager.mjs');
  writeFileSync(eager, `
    import { spawn } from 'node:child_process';
    import { readdirSync } from 'node:fs';
    import { readFile } from 'node:fs/promises';
    export async function activate() {
      readdirSync(${JSON.stringify(workspace)});
      await readFile(${JSON.stringify(path.join(workspace, 'rows.jsonl'))});
      setImmediate(() => spawn(process.execPath, ['--version'], { stdio: 'ignore' }));
    }
  `);
  const seen = await activateUnderStub({ entry: eager, workspace });
  expect(seen.opened).toEqual([workspace, path.join(workspace, 'rows.jsonl')]);
  expect(seen.started).toEqual(['spawn']);
});
