import { expect } from 'vitest';
import { beginSession, CampPanel, newestSession, savedSession } from './campPanel.ts';
import { journey } from './journey.ts';
import { requestsWith, useScriptedProvider } from './scriptedProvider.ts';

const stalled = { json: {}, trouble: { stallAt: 0 } };

journey('scores, directives and a cancelled regeneration lead through cycles; history, agents, traces and a comparison show them, and a reload loses nothing', { env: { TRAINING_CAMP_RETRY_BASE_MS: '10' } }, async (workbench) => {
  const { page, workspace } = workbench;
  const server = await useScriptedProvider(workbench);
  const camp = new CampPanel(page);
  await page.setViewportSize({ width: 1500, height: 1000 });
  await beginSession(workbench, camp, { need: 'Answer tickets.', inputs: ['The printer is on fire.'], heldOut: ['HELDOUT: where is my parcel?'] });
  const regenerate = camp.button('Regenerate Unlocked');

  // Scored by the keyboard alone, A again; what is missing is named until nothing is.
  await camp.card('A').focus();
  await camp.press('7', '9', 'ArrowRight', '7', 'c');
  await page.keyboard.type('Kind, and too long.');
  await camp.press('Enter');
  await camp.score('A', 9).waitFor();
  await camp.says('Not scored yet: C on input 1; D on input 1.');
  expect(await regenerate.isDisabled()).toBe(true);
  await camp.card('C').focus();
  await camp.press('4', 'c');
  await page.keyboard.type('Taken back.');
  await camp.press('Escape', 'ArrowRight', '2');
  for (const [label, score] of [['B', 7], ['C', 4], ['D', 2]] as const) await camp.score(label, score).waitFor();
  await camp.press(']');
  await camp.card('A').getByText('HELDOUT').waitFor();
  await camp.card('A').focus();
  await camp.press('6', 'ArrowRight', '6', 'ArrowDown', '6', 'ArrowLeft', '6', '[', 'Home', 'l');
  await camp.card('A').getByRole('button', { name: /^Unlock/ }).waitFor({ state: 'attached' });
  const scored = await savedSession(workspace, 'all scores and the lock', ({ evaluations, lineages }) => evaluations.length >= 10 && lineages[0]?.isLocked === true);
  const ofA = scored.artifacts.find(({ id }) => id === scored.evaluations[0]?.artifact)?.id;
  expect(scored.evaluations.filter(({ artifact }) => artifact === ofA).map(({ score }) => score)).toEqual([7, 9]);
  expect(scored.evaluations.map(({ comment }) => comment).filter((comment) => comment !== '')).toEqual(['Kind, and too long.']);

  // What the trainer is told.
  await camp.card('B').focus();
  await camp.press('e');
  await camp.dialog('Directives for B').getByLabel('For every cycle').fill('STICKY-WISH: name the next step.');
  await camp.dialog('Directives for B').getByRole('button', { name: 'Save' }).click();
  await camp.card('C').focus();
  await camp.press('e');
  await camp.dialog('Directives for C').getByLabel('For the next cycle only').fill('ONESHOT-WISH: answer in German.');
  await camp.dialog('Directives for C').getByRole('button', { name: 'Save' }).click();
  await camp.frame.locator('.trainer').getByText('ONESHOT-WISH').waitFor();

  // D's step hangs. Cancelled, B and C stand whole in cycle 2 and D whole in cycle 1; it goes on alone.
  const [promptOfD = ''] = scored.lineages[3]?.agents.map(({ definition }) => definition.systemPrompt) ?? [];
  await server.use({ when: { schema: 'evolution', user: promptOfD }, reply: stalled });
  await regenerate.click();
  for (const label of ['B', 'C']) await camp.card(label).getByText('v2', { exact: true }).waitFor();
  await camp.button('Cancel').click();
  await camp.says('Goes on with D, which stayed behind.');
  await workbench.screenshot('camp-cycles-cancelled');
  const cancelled = newestSession(workspace);
  expect(cancelled?.lineages.map(({ cycle, agents, problem }) => [cycle, agents.length, problem])).toEqual([[2, 1, null], [2, 2, null], [2, 2, null], [1, 1, null]]);
  expect(cancelled?.executions.filter(({ lineage }) => lineage === 'D').length).toBe(2);

  // It goes on: D alone, and nothing of the others is asked again.
  await server.use({ when: { schema: 'evolution', user: promptOfD }, reply: { json: { systemPrompt: 'You are agent four. Be brief. Name the ticket.', description: 'Brief.', temperature: 0.3, tools: [], texts: [] } } });
  const asked = (await server.requests()).length;
  await regenerate.click();
  await camp.card('D').getByText('v2', { exact: true }).waitFor();
  await camp.button('Cancel').waitFor({ state: 'detached' });
  expect((await server.requests()).slice(asked).map(({ body }) => JSON.stringify(body)).filter((body) => !body.includes(promptOfD) && !body.includes('You are agent four'))).toEqual([]);
  expect(cancelled?.executions.filter(({ lineage, cycle }) => lineage === 'B' && cycle === 2).map(({ id }) => id)).toEqual(newestSession(workspace)?.executions.filter(({ lineage, cycle }) => lineage === 'B' && cycle === 2).map(({ id }) => id));
  const uses = [await requestsWith(server, 'STICKY-WISH'), await requestsWith(server, 'ONESHOT-WISH')];
  expect(uses.map((count) => count > 0)).toEqual([true, true]);

  // Worse on some inputs, which are named; the one-shot directive is used up, the sticky one goes on.
  await camp.card('B').focus();
  await camp.press('3', 'ArrowDown', '8', 'ArrowLeft', '8', ']', 'Home', 'ArrowRight', '2', 'ArrowDown', '9', 'ArrowLeft', '9', '[');
  await camp.frame.locator('.trainer').getByText('B on input 1: 7 → 3').waitFor();
  await camp.frame.locator('.trainer').getByText('B on input 2, held out: 6 → 2').waitFor();
  await camp.frame.locator('.trainer').getByText('-4.0 points').waitFor();
  // The plan that made B worse would be refused.
  await server.use({ when: { schema: 'plan' }, reply: { json: { hypothesis: 'The answers leave people waiting.', changes: [{ target: 'systemPrompt', change: 'Ask for the next step.', reason: 'Nobody knows what comes.' }] } } });
  await regenerate.click();
  await camp.card('B').getByText('v3', { exact: true }).waitFor();
  await camp.button('Cancel').waitFor({ state: 'detached' });
  expect(await requestsWith(server, 'ONESHOT-WISH')).toBe(uses[1]);
  expect(await requestsWith(server, 'STICKY-WISH')).toBeGreaterThan(uses[0] ?? 0);
  await camp.card('A').getByText('v1', { exact: true }).waitFor();

  // By cycle, and a look back.
  await camp.button('History').click();
  const history = camp.dialog('History by cycle');
  await history.getByRole('row', { name: /^Held out, all lineages 6.0 6.5/ }).waitFor();
  await history.getByRole('row', { name: /^B Tag birch 7.0 v1 3.0 v2/ }).waitFor();
  await workbench.screenshot('camp-cycles-history');
  await history.getByRole('button', { name: 'Cycle 1' }).click();
  await camp.says('Looked at, not changed.');
  await camp.score('B', 7).waitFor();
  await camp.button('Back to the newest').click();

  // The agent and what changed in it, a comparison, and the trace.
  await camp.card('B').focus();
  await camp.press('a');
  const viewer = camp.dialog('Agent of lineage B');
  await viewer.getByLabel('Changes since').selectOption('1');
  await viewer.locator('mark').first().waitFor();
  await workbench.screenshot('camp-cycles-agent');
  await camp.press('Escape', 'd', 'ArrowLeft', 'd');
  await camp.dialog('B and A').locator('mark').first().waitFor();
  await camp.press('Escape', 't');
  await camp.dialog('what happened on the way').getByText('The printer is on fire.').first().waitFor();
  await camp.press('Escape');
  await camp.frame.locator('.evolution summary').first().click();
  await camp.says('The answers leave people waiting.');
  await workbench.screenshot('camp-cycles-evolution');
  const { spent } = newestSession(workspace) ?? { spent: { costUsd: 0 } };
  expect(spent.costUsd).toBeGreaterThan(0);
  await camp.frame.locator('.camp-facts').getByText(`$${spent.costUsd.toFixed(spent.costUsd < 0.01 ? 4 : 2)}`).waitFor();

  // In the middle of it the window is loaded anew: all is there, in the tree too.
  await camp.card('A').focus();
  await camp.press(']');
  await workbench.reload();
  await camp.score('A', 6).waitFor();
  await camp.frame.getByRole('tab', { name: /^Input 2, held out/, selected: true }).waitFor();
  await camp.card('B').getByText('v3', { exact: true }).waitFor();
  await camp.frame.locator('.trainer').getByText('STICKY-WISH').waitFor();
  const tree = workbench.tree('Sessions');
  await tree.expand('Answer tickets.');
  await tree.expand('B Tag birch');
  await tree.row(/^v3/).waitFor();
  await workbench.screenshot('camp-cycles-tree');
});
