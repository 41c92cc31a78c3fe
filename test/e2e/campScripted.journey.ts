import { expect } from 'vitest';
import { CampPanel, newestSession } from './campPanel.ts';
import { journey } from './journey.ts';
import { requestsWith, useScriptedProvider } from './scriptedProvider.ts';

/** Words that take their time, so that a person sees them come. */
const slowly = { firstPieceMs: 100, pieceMs: 50 };
const longAnswer = `**{{user}}**\n\n- we look into it\n- and tell you soon\n\n${Array.from({ length: 40 }, (_, index) => `word${String(index)}`).join(' ')}\n\n{{system}}`;

journey('a session of four begins: strategies are edited, four answers are written at once, what failed is tried again alone', { env: { TRAINING_CAMP_RETRY_BASE_MS: '10' } }, async (workbench) => {
  const { page, workspace } = workbench;
  const server = await useScriptedProvider(workbench);
  const camp = new CampPanel(page);
  await page.setViewportSize({ width: 1500, height: 1000 });
  await workbench.openContainer('Training Camp');
  await workbench.runCommand('Training: New Session');
  await camp.frame.getByLabel('What do you need?').fill('Answer tickets of our support desk.');
  await camp.frame.getByLabel('What must always hold?').fill('Two sentences at most.');
  await camp.frame.getByLabel('Input 1').fill('The printer is on fire.');
  await camp.button('Add an Input').click();
  await camp.frame.getByLabel('Input 2').fill('HELDOUT: where is my parcel?');
  await camp.frame.getByLabel('held out').nth(1).check();
  await camp.frame.getByRole('option', { name: 'the default: scripted' }).first().waitFor({ state: 'attached' });
  await workbench.screenshot('camp-scripted-new');
  await camp.button('Propose Strategies').click();

  // The strategies are talked about: others are asked for, and one is edited.
  await camp.frame.getByLabel('Tag of strategy A').and(camp.frame.locator('[value="Tag amber"]')).waitFor();
  await camp.button('Ask for Others').click();
  await camp.frame.getByLabel('Tag of strategy A').and(camp.frame.locator('[value="Other north"]')).waitFor();
  await camp.frame.getByLabel('Tag of strategy B').fill('By the Book');
  await camp.frame.getByLabel('Approach of strategy B').fill('EDITED-APPROACH: it looks every ticket up in the book first.');

  // C's provider fails; the others are written before one's eyes, D without an end.
  await server.use(
    { when: { schema: 'agent', user: 'Other south' }, reply: { status: 401, message: 'The cluster is on fire.' } },
    { when: { schema: 'agent', user: 'Other west' }, reply: { json: { name: 'West', description: 'Goes west.', systemPrompt: 'You work the west way. Be slow.', temperature: 0.5, tools: [] } } },
    { when: { system: 'You work the west way' }, reply: { text: longAnswer, trouble: { pieceMs: 20, stallAt: 24 } } },
    { when: { system: 'You work the' }, reply: { text: longAnswer, trouble: slowly } },
  );
  await camp.button('Confirm and Run').click();
  for (const label of ['A', 'B', 'D']) await camp.card(label).getByText('writing…').waitFor();
  await camp.card('D').getByText('word1').first().waitFor();
  await workbench.screenshot('camp-scripted-streams');
  // What is whole can be scored while another is still written.
  await camp.answered('A').waitFor();
  await camp.card('A').focus();
  await camp.press('8');
  await camp.score('A', 8).waitFor();
  await camp.card('D').getByText('writing…').waitFor();
  await camp.answered('B').waitFor();
  expect(await requestsWith(server, 'EDITED-APPROACH')).toBeGreaterThan(0);
  await camp.card('C').getByText('scripted (scripted) refused the key (401).').waitFor();

  await camp.card('C').getByRole('button', { name: 'Set a key…' }).waitFor();

  // Cancelled, D is as it was before: nothing of it is there, and it can be made again.
  await camp.button('Cancel').click();
  await camp.card('D').getByText('No answer yet.').waitFor();
  await workbench.screenshot('camp-scripted-error');
  const cancelled = newestSession(workspace);
  expect(cancelled?.lineages.map(({ agents, cycle }) => [agents.length, cycle])).toEqual([[1, 1], [1, 1], [0, 0], [0, 0]]);
  expect(cancelled?.executions.map(({ lineage }) => lineage).sort()).toEqual(['A', 'A', 'B', 'B']);

  // D is tried again by its key: its agent was written and paid before, so only its answers are asked for.
  await server.use({ when: { system: 'You work the west way' }, reply: { text: longAnswer } });
  let before = (await server.requests()).length;
  await camp.card('D').focus();
  await camp.press('r');
  await camp.answered('D').waitFor();
  expect((await server.requests()).length - before).toBe(2);

  // C alone is asked for: its agent once, and its answers.
  await server.use({ when: { schema: 'agent', user: 'Other south' }, reply: { json: { name: 'South', description: 'Goes south.', systemPrompt: 'You work the south way. Be brief.', temperature: 0.5, tools: [] } } });
  before = (await server.requests()).length;
  await camp.card('C').getByRole('button', { name: 'Try again' }).click();
  await camp.answered('C').waitFor();
  const retried = (await server.requests()).slice(before).map(({ body }) => JSON.stringify(body));
  expect(retried.map((body) => body.includes('south'))).toEqual([true, true, true]);
  expect(newestSession(workspace)?.cycles.map(({ standings }) => standings.length)).toEqual([8]);
});
