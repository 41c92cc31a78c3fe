import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import type { ChatMessage } from '../../src/protocol/camp.ts';
import { root } from '../runner/suite.ts';
import { sessionDocument } from '../support/camp/sessionDocument.ts';
import { CampPanel } from './campPanel.ts';
import { journey } from './journey.ts';
import { useScriptedProvider } from './scriptedProvider.ts';

const created = '2026-01-01T00:00:00Z';
const messages: ChatMessage[] = Array.from({ length: 300 }, (_, index) => ({
  number: index + 1, by: index % 2 === 0 ? 'user' : 'trainer', about: null, notes: [], model: '', costUsd: null, created,
  text: index % 2 === 0 ? `Question ${String(index + 1)}: \u202ewhy\u202c is <b>B</b> long?` : `Answer ${String(index + 1)}: **B** repeats the ticket.\n\n- once at the start\n- once at the end\n\n<script>alert(1)</script>`,
  suggestions: index === 299 ? [{ kind: 'directive', lineage: 'B', holds: 'sticky', text: 'Be brief.\nBe kind.' }] : [],
}));

journey('a long conversation from a file stays where it is read while an answer grows, and by the keyboard alone', {}, async (workbench) => {
  const { page, workspace, server: { home } } = workbench;
  const server = await useScriptedProvider(workbench);
  const camp = new CampPanel(page);
  const lineages = Object.fromEntries((['A', 'B', 'C', 'D'] as const).map((label) => [label, [{ systemPrompt: `You are ${label}.`, answers: [{ input: 1, content: `Answer of ${label}.` }] }]]));
  const document = sessionDocument({ inputs: [{ text: 'The printer is on fire.' }], lineages, more: { conversation: messages } });
  const file = path.join(workspace, 'long.json');
  writeFileSync(file, JSON.stringify({ ...document, session: { ...document.session, model: 'scripted:scripted', trainerModel: 'scripted:scripted' } }));
  await workbench.openContainer('Training Camp');
  await execa(process.execPath, [path.join(root, 'dist', 'cli.mjs'), 'session', 'import', file], { cwd: workspace, env: { TRAINING_CAMP_HOME: home.root }, stdin: 'ignore' });
  await workbench.tree('Sessions').row('Tickets').click();
  const log = camp.frame.getByRole('log', { name: 'What was said' });
  await log.getByText('Answer 300:').waitFor();
  const facts = async () => await log.evaluate(({ scrollTop, scrollHeight, clientHeight }) => ({ scrollTop, fromEnd: Math.round(scrollHeight - clientHeight - scrollTop) }));
  await expect.poll(async () => (await facts()).fromEnd).toBeLessThan(5);
  expect(await log.locator('script, b').count()).toBe(0);

  // A button that goes away leaves the keyboard where it was, and no key reaches the cards.
  const use = camp.button('Use for B');
  await use.focus();
  await camp.press('Enter');
  await camp.says('in use');
  await camp.press('b', '7');
  expect(await camp.frame.locator('.lineage[data-label="B"]').count()).toBe(1);
  expect(await camp.frame.getByRole('group', { name: 'Suggestion for B' }).evaluate((group) => group === group.ownerDocument.activeElement)).toBe(true);
  await workbench.screenshot('camp-chat-long');

  // Sent by the keyboard; who has scrolled up is left there while the answer grows and when it is there.
  const words = Array.from({ length: 60 }, (_, index) => `word${String(index)}`).join(' ');
  await server.use({ when: { schema: 'reply' }, reply: { json: { reply: words, suggestions: [] }, trouble: { firstPieceMs: 50, pieceMs: 60 } } });
  await camp.frame.getByLabel('Message to the trainer').focus();
  await page.keyboard.type('Why?');
  await page.keyboard.press('Enter');
  await log.getByText('word3').waitFor();
  expect((await facts()).fromEnd).toBeLessThan(5);
  await log.evaluate((list) => list.scrollTo({ top: 400 }));
  await log.getByText('word40').waitFor();
  expect((await facts()).scrollTop).toBe(400);
  await camp.button('Cancel').waitFor({ state: 'detached' });
  await log.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
  expect((await facts()).scrollTop).toBe(400);
  await page.setViewportSize({ width: 1000, height: 900 });
  await camp.button('Send').scrollIntoViewIfNeeded();
  await workbench.screenshot('camp-chat-narrow');
});
