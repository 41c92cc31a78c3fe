import { CampPanel } from './campPanel.ts';
import { journey } from './journey.ts';

const answerMs = 400_000;
const trainMs = 600_000;

journey('a session on the built-in model: strategies are confirmed, four agents are scored by keys, two are locked, the others evolve, and the scores become a trained adapter', {}, async (workbench) => {
  const { page } = workbench;
  const camp = new CampPanel(page);
  await page.setViewportSize({ width: 1500, height: 1000 });
  await workbench.openContainer('Training Camp');
  await workbench.runCommand('Training: New Session');
  await camp.frame.getByLabel('What do you need?').fill('Name the part of the app that a bug report is about.');
  await camp.frame.getByLabel('Input 1').fill('The search hangs on Android 14.');
  await workbench.screenshot('camp-new');
  await camp.button('Propose Strategies').click();
  await camp.button('Confirm and Run').and(camp.frame.locator(':enabled')).waitFor({ timeout: answerMs });
  await camp.frame.getByLabel('Tag of strategy A').fill('By Keyword');
  await workbench.screenshot('camp-strategies');
  await camp.button('Confirm and Run').click();
  for (const label of ['A', 'B', 'C', 'D']) {
    // A model as small as this fails now and then to write an agent; a person tries that lineage again.
    const retry = camp.button('Try again');
    await camp.answered(label).or(camp.card(label).filter({ has: retry })).waitFor({ timeout: answerMs });
    if (await camp.card(label).locator(retry).isVisible()) await camp.card(label).locator(retry).click();
    await camp.answered(label).waitFor({ timeout: answerMs });
  }
  await camp.card('A').getByText('By Keyword').waitFor();
  // Scores are taken at any time, a lock only between two pieces of work.
  await camp.button('Cancel').waitFor({ state: 'detached' });

  // In the grid by the keyboard alone: A 9, B 7, C 4, D 2, and A and B are locked.
  await camp.card('A').focus();
  await camp.press('9', 'ArrowRight', '7', 'l', 'ArrowDown', '2', 'ArrowLeft', '4', 'Home', 'l');
  for (const [label, score] of [['A', 9], ['B', 7], ['C', 4], ['D', 2]] as const) await camp.score(label, score).waitFor();
  for (const label of ['A', 'B']) await camp.card(label).getByRole('button', { name: /^Unlock/ }).waitFor({ state: 'attached' });
  await workbench.screenshot('camp-scored');
  await camp.press('b');
  await camp.frame.getByText('Answer 4').waitFor();
  await workbench.screenshot('camp-blind');
  await camp.press('b');

  await camp.button('Regenerate Unlocked').click();
  await camp.frame.getByRole('combobox', { name: 'Cycle' }).getByRole('option', { name: '2, the newest' }).waitFor({ state: 'attached', timeout: answerMs });
  await camp.button('Cancel').waitFor({ state: 'detached', timeout: answerMs });
  await camp.card('A').getByText('v1', { exact: true }).waitFor();
  await camp.score('A', 9).waitFor();
  await workbench.screenshot('camp-regenerated');

  await camp.button('Export…').click();
  await workbench.screenshot('camp-export');
  await camp.dialog('Export as training data').getByRole('button', { name: 'Train on It' }).click();
  // The panel of the run comes to the front, and in the end there is an adapter.
  await camp.frame.locator('.run-actions').waitFor({ timeout: answerMs });
  await camp.frame.getByRole('button', { name: 'Test against base' }).waitFor({ timeout: trainMs });
  await workbench.tree('Adapters').row('Name the part').waitFor();
  await workbench.screenshot('camp-trained');
});
