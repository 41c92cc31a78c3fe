import { expect } from 'vitest';
import { CampPanel, fillNewSession, savedSession } from './campPanel.ts';
import { journey } from './journey.ts';
import { requestsWith, useScriptedProvider } from './scriptedProvider.ts';

const slowly = { firstPieceMs: 50, pieceMs: 120 };
const rest = [
  { tag: 'By Rules', approach: 'It answers by the rules of the desk.' },
  { tag: 'In Short', approach: 'It answers in one sentence.' },
  { tag: 'At Length', approach: 'It explains each step that it takes.' },
];
const hurt = 'The answers of **B** are long. <img src=x onerror=alert(1)> The person likes short ones, and says so with every score that was given to it so far.';

journey('the trainer is talked with: it suggests a strategy and directives, which a person takes, and what failed is asked again', { env: { TRAINING_CAMP_RETRY_BASE_MS: '10' } }, async (workbench) => {
  const { page, workspace } = workbench;
  const server = await useScriptedProvider(workbench);
  const camp = new CampPanel(page);
  const message = camp.frame.getByLabel('Message to the trainer');
  await page.setViewportSize({ width: 1500, height: 1000 });
  await fillNewSession(workbench, camp, { need: 'Answer tickets of our support desk.', inputs: ['The printer is on fire.'], heldOut: ['HELDOUT: where is my parcel?'] });

  // Where four could not be proposed, one is suggested in talking, and the others are proposed beside it.
  await server.use({ when: { schema: 'strategies', user: 'exactly 4' }, reply: { status: 401 } });
  await server.use({ when: { schema: 'strategies', user: 'exactly 3' }, reply: { json: { strategies: rest } } });
  await camp.button('Propose Strategies').click();
  await camp.says('refused the key (401)');
  await message.fill('Could B ask back first?');
  await message.press('Enter');
  await camp.button('Use for B').click();
  const tag = (label: string, text: string) => camp.frame.getByLabel(`Tag of strategy ${label}`).and(camp.frame.locator(`[value="${text}"]`));
  await tag('B', 'Asks Back').waitFor();
  await camp.button('Propose the Rest').and(camp.frame.locator(':enabled')).click();
  await tag('D', 'At Length').waitFor();
  await camp.button('Cancel').waitFor({ state: 'detached' });

  // What was edited by hand stays where a suggestion is taken.
  await camp.frame.getByLabel('Tag of strategy A').fill('By the Book');
  await camp.frame.getByLabel('Tag of strategy B').fill('Something Else');
  await camp.button('Use for B').click();
  await tag('B', 'Asks Back').waitFor();
  await camp.says('in use');
  await workbench.screenshot('camp-chat-strategies');
  await tag('A', 'By the Book').waitFor();
  // The trainer is asked about the strategies as they are edited, and edits stay over a reload.
  await message.fill('Is it too strict?');
  await camp.button('Send').click();
  await expect.poll(async () => await message.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true);
  await savedSession(workspace, 'the second answer', ({ conversation }) => conversation.length === 4);
  expect(await requestsWith(server, 'By the Book')).toBeGreaterThan(0);
  await camp.button('Cancel').waitFor({ state: 'detached' });
  await camp.frame.getByLabel('Tag of strategy D').fill('Two Steps');
  await workbench.reload();
  await tag('D', 'Two Steps').waitFor();
  await camp.button('Confirm and Run').and(camp.frame.locator(':enabled')).click();
  for (const label of ['A', 'B', 'C', 'D']) await camp.answered(label).waitFor();
  await camp.button('Cancel').waitFor({ state: 'detached' });
  const confirmed = await savedSession(workspace, 'the agents are made', ({ lineages }) => lineages.length === 4);
  expect(confirmed.lineages.map(({ strategyTag }) => strategyTag)).toEqual(['By the Book', 'Asks Back', 'In Short', 'Two Steps']);

  // A provider that fails leaves the message; asked again, the answer is read while it is written.
  for (const [label, score] of [['A', 9], ['B', 3], ['C', 6], ['D', 5]] as const) {
    await camp.focus(label);
    await camp.press(String(score));
    await camp.score(label, score).waitFor();
  }
  await server.use({ when: { schema: 'reply' }, reply: { status: 401 } });
  await camp.frame.getByLabel('About').selectOption('B');
  await message.fill('Why is B\nworse than A?');
  await camp.button('Send').click();
  await camp.says('refused the key (401)');
  await camp.says('Not answered.');
  await server.use({ when: { schema: 'reply' }, reply: { json: { reply: hurt, suggestions: [{ lineage: 'B', holds: 'nextCycle', directive: 'Be half as long.' }, { lineage: 'C', holds: 'always', directive: 'Name the ticket first.' }] }, trouble: slowly } });
  await camp.button('Ask Again').click();
  const answer = camp.frame.getByRole('article', { name: 'Trainer' }).last();
  await answer.and(camp.frame.locator('[aria-busy="true"]')).getByText('The answers of').waitFor();
  await workbench.screenshot('camp-chat-growing');
  await camp.button('Use for B').last().waitFor();
  expect(await answer.locator('strong').first().textContent()).toBe('B');
  expect(await answer.locator('img').count()).toBe(0);
  // It was sent, so it is not there to be sent again.
  expect(await message.inputValue()).toBe('');

  // What is taken joins the directives, and the next cycle follows it.
  await camp.button('Use for B').click();
  await camp.button('Use for C').click();
  const directed = await savedSession(workspace, 'both directives are set', ({ lineages }) => lineages[1]?.directives.oneShot !== null && lineages[2]?.directives.sticky !== null);
  expect(directed.lineages.map(({ directives }) => [directives.oneShot, directives.sticky])).toEqual([[null, null], ['Be half as long.', null], [null, 'Name the ticket first.'], [null, null]]);
  expect(directed.conversation.slice(-2).map(({ by, about }) => [by, about])).toEqual([['user', 'B'], ['trainer', null]]);
  await workbench.screenshot('camp-chat');
  await message.fill('half a thou');
  await camp.button('Regenerate Unlocked').click();
  const evolved = await savedSession(workspace, 'B has evolved', ({ evolutions }) => evolutions.length === 4);
  expect(evolved.evolutions.find(({ lineage }) => lineage === 'B')?.directives.oneShot).toBe('Be half as long.');
  expect(await requestsWith(server, 'Why is B')).toBeGreaterThan(0);

  // What is half written stays over a reload, as the conversation does.
  await workbench.reload();
  await message.and(camp.frame.locator(':text("half a thou")')).waitFor();
  await camp.says('Could B ask back first?');
});
