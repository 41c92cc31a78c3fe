import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { until } from '../support/until.ts';
import { CampPanel, fillNewSession, savedSession } from './campPanel.ts';
import { journey } from './journey.ts';
import { notification } from './notifications.ts';
import { useScriptedProvider } from './scriptedProvider.ts';

journey('a quick start evolves by words and is promoted to four; deleted, it comes back from its file, and the tree follows', { env: { TRAINING_CAMP_RETRY_BASE_MS: '10' } }, async (workbench) => {
  const { page, quickInput, workspace } = workbench;
  const server = await useScriptedProvider(workbench);
  const camp = new CampPanel(page);
  await page.setViewportSize({ width: 1500, height: 1000 });
  await fillNewSession(workbench, camp, { need: 'Answer tickets quickly.', inputs: ['The printer is on fire.'] });
  await camp.frame.getByLabel(/^Quick start/).check();
  await camp.button('Make the Agent').click();
  await camp.answered('A').waitFor();
  await camp.button('Cancel').waitFor({ state: 'detached' });

  await camp.frame.getByLabel('What should be different?').fill('FEEDBACK-WORDS: kinder, please.');
  await camp.button('Evolve').click();
  await camp.card('A').getByText('v2', { exact: true }).waitFor();
  await camp.frame.locator('.said').getByText('FEEDBACK-WORDS').waitFor();
  await camp.button('Cancel').waitFor({ state: 'detached' });
  expect((await server.requests()).some(({ body }) => JSON.stringify(body).includes('FEEDBACK-WORDS'))).toBe(true);
  await workbench.screenshot('camp-quick-evolved');

  const promoted = await savedSession(workspace, 'the second version', ({ lineages }) => lineages[0]?.agents.length === 2);
  await camp.button('Promote…').click();
  const dialog = camp.dialog('Promote to four lineages');
  await dialog.getByLabel(/^Variations/).and(camp.frame.locator(':checked')).waitFor();
  await dialog.getByLabel(/^Alternatives/).check();
  await workbench.screenshot('camp-quick-promote');
  await dialog.getByRole('button', { name: 'Promote', exact: true }).click();
  await page.locator('.tab.active').filter({ hasText: '(alternatives)' }).waitFor();
  for (const label of ['A', 'B', 'C', 'D']) await camp.answered(label).waitFor();
  await camp.card('A').getByRole('button', { name: /^Unlock/ }).waitFor({ state: 'attached' });
  const four = await savedSession(workspace, 'four lineages', ({ lineages }) => lineages.length === 4);
  expect(four.lineages.map(({ isLocked }) => isLocked)).toEqual([true, false, false, false]);
  expect(four.lineages[0]?.agents[0]?.definition).toEqual(promoted.lineages[0]?.agents[1]?.definition);

  // Deleted after a question, the rows and the panel are gone; from its file it is there again.
  const tree = workbench.tree('Sessions');
  const question = page.locator('.monaco-dialog-box').filter({ hasText: 'Delete the session “Answer tickets quickly. (alternatives)”?' });
  await tree.choose('(alternatives)', 'Delete Session');
  await question.waitFor();
  await workbench.screenshot('camp-delete');
  await question.locator('.monaco-button').filter({ hasText: 'Cancel' }).click();
  await question.waitFor({ state: 'detached' });
  expect(await tree.row('(alternatives)').count()).toBe(1);
  await tree.choose('(alternatives)', 'Delete Session');
  await question.locator('.monaco-button').filter({ hasText: 'Delete' }).click();
  await tree.row('(alternatives)').waitFor({ state: 'detached' });
  await page.locator('.tab').filter({ hasText: '(alternatives)' }).waitFor({ state: 'detached' });
  await notification(page, 'was deleted.');

  const trash = path.join(workspace, '.training', 'trash');
  const [file = ''] = readdirSync(trash).filter((name) => name.endsWith('.json'));
  await workbench.runCommand('Training: Import Session from File');
  // The dialog shows its own folder first, and takes a path only once it has looked for it.
  await quickInput.entry(`${promoted.session.id}.json`).waitFor();
  const tab = page.locator('.tab.active').filter({ hasText: '(alternatives)' });
  await until('the session to be imported', async () => {
    if (await tab.isVisible()) return true;
    await quickInput.type(path.join(trash, file));
    await quickInput.accept();
    await tab.waitFor({ timeout: 3000 });
    return true;
  });
  for (const label of ['A', 'B', 'C', 'D']) await camp.answered(label).waitFor();
  await tree.expand('(alternatives)');
  await tree.expand('A Tag amber');
  await tree.row(/^v1/).waitFor();
  await tree.row(/^v1/).click();
  await camp.dialog('Agent of lineage A').waitFor();
});
