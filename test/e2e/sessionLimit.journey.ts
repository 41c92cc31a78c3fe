import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import { root } from '../runner/suite.ts';
import { scoredSession } from '../support/scoredSession.ts';
import { journey } from './journey.ts';
import { notification } from './notifications.ts';

/** Takes a session with answers of this many characters in all into the workspace, as the command line does. */
async function takeIn(workspace: string, home: string, session: { id: string; name: string; characters: number }): Promise<void> {
  const { id, name, characters } = session;
  const document = scoredSession({ cycles: [{ A: [9], B: [7], C: [4], D: [2] }] });
  const file = path.join(workspace, `${id}.json`);
  const artifacts = document.artifacts.map((artifact) => ({ ...artifact, content: `${id} ${artifact.id} ${'x'.repeat(characters / 4)}` }));
  writeFileSync(file, JSON.stringify({ ...document, session: { ...document.session, id, name }, artifacts }));
  await execa(process.execPath, [path.join(root, 'dist', 'cli.mjs'), 'session', 'import', file], { cwd: workspace, env: { TRAINING_CAMP_HOME: home }, stdin: 'ignore' });
}

journey('sessions near their limit are told first, and the largest is found, exported and deleted from there', { settings: { 'trainingCamp.sessions.limitMegabytes': 1 } }, async (workbench) => {
  const { page, quickInput, workspace } = workbench;
  const home = workbench.server.home.root;
  await takeIn(workspace, home, { id: 'se_small', name: 'Small talk', characters: 40_000 });
  await takeIn(workspace, home, { id: 'se_large', name: 'Large tickets', characters: 800_000 });
  await workbench.openContainer('Training Camp');
  const tree = workbench.tree('Sessions');
  const usage = tree.row(/^Sessions take 0\.8\d MB of 1 MB/);
  await usage.waitFor();
  expect((await tree.rows())[0]).toContain('Sessions take');
  expect(await usage.getAttribute('aria-label')).toMatch(/^Warning: Sessions take .* Export what you want to keep, then delete old sessions\./);
  await workbench.screenshot('sessions-near-limit');

  await usage.click();
  await quickInput.entry('Large tickets').waitFor();
  expect(await quickInput.labels()).toEqual(['Large tickets', 'se_large', 'Small talk', 'se_small']);
  await workbench.screenshot('sessions-free-room');
  await quickInput.entry('Large tickets').hover();
  await quickInput.entry('Large tickets').locator('.action-label.codicon-export').click();
  await page.locator('.tab.active').filter({ hasText: 'Large tickets' }).waitFor();

  await tree.act(/^Sessions take/, 'Free Room That Sessions Take');
  await quickInput.pick('Large tickets');
  const question = page.locator('.monaco-dialog-box').filter({ hasText: 'Delete the session “Large tickets”?' });
  await question.locator('.monaco-button').filter({ hasText: 'Delete' }).click();
  await notification(page, 'was deleted.');
  await usage.waitFor({ state: 'detached' });
  await tree.row('Small talk').waitFor();

  await workbench.runCommand('Training: Change Limit of Sessions');
  await page.locator('.settings-editor').getByText('Limit Megabytes').first().waitFor();
  await workbench.screenshot('sessions-limit-setting');
});
