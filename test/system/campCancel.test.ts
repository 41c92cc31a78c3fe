import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { shownSessionSchema, sessionListResultSchema } from '../../src/protocol/sessionResults.ts';
import { cancelSessionResultSchema } from '../../src/protocol/sessionWork.ts';
import { CampCli } from '../support/camp/campCli.ts';
import { errorDocumentSchema } from '../support/errorDocument.ts';
import { until } from '../support/until.ts';

let camp: CampCli;
beforeAll(async () => {
  camp = await CampCli.start();
});
afterAll(async () => await camp.dispose());

const cancel = async (session: string) => cancelSessionResultSchema.parse(await camp.expect(0, ['session', 'cancel', session]));
const shown = async (session: string) => shownSessionSchema.parse(await camp.expect(0, ['session', 'show', session]));

it('cancels work that another process does, which says so and exits with 1; run again, it asks nothing twice', async () => {
  const { session: { id } } = await camp.state(['new', '--need', 'Answer tickets.', '--name', 'Tickets', '--input', 'The printer is on fire.']);
  await camp.state(['propose', id]);
  await camp.work(['confirm', id]);
  await camp.score(id, { A: 9, B: 7, C: 4, D: 2 });
  const promptOfC = (await camp.document(id)).lineages[2]?.agents[0]?.definition.systemPrompt ?? '';
  // The answer that would give C its next agent never comes to its end, the first time that it is asked for.
  await camp.server.use({ when: { schema: 'evolution', anywhere: promptOfC, repeat: 0 }, reply: { json: { systemPrompt: 'You are calm. Answer at once.', description: 'Calm.', temperature: 0.2, tools: [], texts: [] }, trouble: { stallAt: 2 } } });
  expect((await shown(id)).work).toBeNull();

  const regenerating = camp.run(['session', 'regenerate', id]);
  const under = await until('all but C to be a cycle on', async () => {
    const state = await shown(id);
    return state.lineages.map(({ cycle }) => cycle).join(' ') === '2 2 1 2' && (await camp.chats()).filter(({ name }) => name === 'evolution').length === 4 ? state : undefined;
  });
  expect(under.work?.pid).toBeGreaterThan(0);
  const { sessions } = sessionListResultSchema.parse(await camp.expect(0, ['session', 'list']));
  expect(sessions.map(({ isWorking }) => isWorking)).toEqual([true]);

  expect(await cancel('Tickets')).toEqual({ session: id, name: 'Tickets', work: under.work, hasEnded: true });
  const { code, json } = await regenerating;
  expect([code, errorDocumentSchema.parse(json).error]).toMatchObject([1, { code: 'work_cancelled', message: 'The work was cancelled. What was answered is kept.', hint: 'The same command goes on from there.' }]);
  expect((await shown(id)).work).toBeNull();
  expect(await cancel(id)).toEqual({ session: id, name: 'Tickets', work: null, hasEnded: true });

  const asked = await camp.chats();
  expect(asked.filter(({ isWhole }) => !isWhole)).toEqual([{ name: 'evolution', isWhole: false }]);
  const { outcomes } = await camp.work(['regenerate', id]);
  expect(outcomes).toMatchObject([{ lineage: 'C', outcome: 'advanced', cycle: 2, version: 2 }]);
  expect((await camp.chats()).slice(asked.length)).toEqual([{ name: 'evolution', isWhole: true }, { name: 'answer', isWhole: true }]);
});

it('knows no session by a wrong name', async () => {
  const { error } = z.object({ error: z.object({ code: z.string(), hint: z.string() }) }).parse(await camp.expect(4, ['session', 'cancel', 'se_nothing']));
  expect(error).toEqual({ code: 'session_not_found', hint: 'training session list shows them.' });
});
