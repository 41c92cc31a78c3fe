import { expect } from 'vitest';
import { CampPanel, fillNewSession, newestSession } from './campPanel.ts';
import { journey } from './journey.ts';
import { useScriptedProvider } from './scriptedProvider.ts';

const endless = { text: Array.from({ length: 40 }, (_, index) => `word${String(index)}`).join(' '), trouble: { pieceMs: 20, stallAt: 24 } };

journey('work under way is found again in a panel that was hidden and in one that was closed, and is cancelled from the tree', { files: { 'notes.md': 'Notes.' } }, async (workbench) => {
  const { page, workspace } = workbench;
  const server = await useScriptedProvider(workbench);
  const camp = new CampPanel(page);
  await page.setViewportSize({ width: 1500, height: 1000 });
  await fillNewSession(workbench, camp, { need: 'Answer tickets of our support desk.', inputs: ['The printer is on fire.'] });
  await camp.button('Propose Strategies').click();
  await server.use({ when: { system: 'You work the' }, reply: endless });
  await camp.button('Confirm and Run').and(camp.frame.locator(':enabled')).click();
  await camp.card('B').getByText('word1').first().waitFor();

  const isFoundAgain = async () => {
    for (const label of ['A', 'B']) await camp.card(label).getByText('word1').first().waitFor();
    await camp.says('Making agents and running them');
    await camp.button('Cancel').waitFor();
  };
  await workbench.openFile('notes.md');
  const sessions = workbench.tree('Sessions');
  await sessions.row('Answer tickets').click();
  await isFoundAgain();
  await workbench.runCommand('View: Close All Editors');
  await sessions.row('Answer tickets').click();
  await isFoundAgain();
  await workbench.screenshot('camp-work-found');

  await sessions.act('Answer tickets', 'Cancel Work on Session');
  await camp.button('Cancel').waitFor({ state: 'detached' });
  await camp.card('B').getByText('No answer yet.').waitFor();
  expect(newestSession(workspace)?.executions).toEqual([]);
});
