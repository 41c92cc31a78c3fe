import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from 'vitest';
import { until } from '../support/until.ts';
import { journey } from './journey.ts';
import { ourProcesses } from './ourProcesses.ts';
import { trustWorkspace } from './trust.ts';

const home = mkdtempSync(path.join(tmpdir(), 'untrusted-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const files = {
  'CodeAgents/datasets/rows.jsonl': '{"prompt": "one", "completion": "two"}\n',
  // A cloned repository may bring a database; it is hostile input until a person trusts the folder.
  '.training/training.db': 'not a database',
  '.vscode/settings.json': '{"trainingCamp.home": "/tmp/evil", "trainingCamp.python": "/tmp/evil/python"}',
};

journey('an untrusted workspace gets one welcome, and nothing is started before it is trusted', { files, startsUntrusted: true, env: { TRAINING_CAMP_HOME: home } }, async (workbench) => {
  const { page, server, workspace } = workbench;
  await workbench.openContainer('Training Camp');
  await page.getByText('This workspace is not trusted').waitFor();
  await workbench.openFile('rows.jsonl');
  await workbench.screenshot('untrusted');
  expect(ourProcesses(server)).toEqual([]);
  expect(readdirSync(home)).toEqual([]);
  expect(readdirSync(path.join(workspace, '.training'))).toEqual(['training.db']);

  writeFileSync(path.join(workspace, '.training', 'training.db'), '');
  await trustWorkspace(workbench);
  await workbench.openContainer('Training Camp');
  await page.getByText('A run fine-tunes an adapter').waitFor();
  await until('the backend', () => ourProcesses(server).length === 1);
  expect(existsSync('/tmp/evil')).toBe(false);
});
