import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from 'vitest';
import { until } from '../support/until.ts';
import { journey } from './journey.ts';
import { trustWorkspace } from './trust.ts';

const home = mkdtempSync(path.join(tmpdir(), 'untrusted-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const files = {
  'CodeAgents/datasets/rows.jsonl': '{"prompt": "one", "completion": "two"}\n',
  // A cloned repository may bring a database; it is hostile input until a person trusts the folder.
  '.training/training.db': 'not a database',
  '.vscode/settings.json': '{"trainingCamp.home": "/tmp/evil", "trainingCamp.python": "/tmp/evil/python"}',
};

/** Command lines of processes that run our backend or worker for this server, by the environment that the server gave them. */
function ourProcesses(serverFolder: string): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      return /(backend|worker|inferenceHost)\.mjs/.test(command) && environment.includes(path.basename(serverFolder)) ? [command] : [];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

journey('an untrusted workspace gets one welcome, and nothing is started before it is trusted', { files, startsUntrusted: true, env: { TRAINING_CAMP_HOME: home } }, async (workbench) => {
  const { page, server, workspace } = workbench;
  await workbench.openContainer('Training Camp');
  await page.getByText('This workspace is not trusted').waitFor();
  await workbench.openFile('rows.jsonl');
  await workbench.screenshot('untrusted');
  expect(ourProcesses(server.folder)).toEqual([]);
  expect(readdirSync(home)).toEqual([]);
  expect(readdirSync(path.join(workspace, '.training'))).toEqual(['training.db']);

  writeFileSync(path.join(workspace, '.training', 'training.db'), '');
  await trustWorkspace(workbench);
  await workbench.openContainer('Training Camp');
  await page.getByText('No run yet').waitFor();
  await until('the backend', () => ourProcesses(server.folder).length === 1);
  expect(existsSync('/tmp/evil')).toBe(false);
});
