import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatResultSchema } from '../../src/protocol/sessionResults.ts';
import { CampCli } from '../support/camp/campCli.ts';
import { until } from '../support/until.ts';

let camp: CampCli;
let session: string;
beforeAll(async () => {
  camp = await CampCli.start();
  session = (await camp.state(['new', '--need', 'Calm people at a counter.', '--input', 'The printer is on fire.'])).session.id;
  await camp.state(['propose', session]);
  await camp.work(['confirm', session]);
});
afterAll(async () => await camp.dispose());

async function replies(): Promise<number> {
  return (await camp.chats()).filter(({ name }) => name === 'reply').length;
}

describe('a conversation with the trainer', () => {
  it('that is killed while the answer is written goes on from there, and the answer is paid for once', async () => {
    const before = await replies();
    const victim = camp.spawn(['session', 'chat', session, 'Why is B worse?']);
    const exited = once(victim, 'exit');
    await until('the trainer is asked', async () => (await replies()) > before);
    victim.kill('SIGKILL');
    await exited;
    expect((await camp.document(session)).conversation.map(({ by }) => by)).toEqual(['user']);
    const { conversation } = chatResultSchema.parse(await camp.expect(0, ['session', 'chat', session, '--again']));
    expect(conversation.map(({ by }) => by)).toEqual(['user', 'trainer']);
    expect((await replies()) - before).toBe(1);
  });

  it('ends at the cost cap, and goes on where it is raised', async () => {
    await camp.state(['set', session, '--cost-cap', '0.000001']);
    const before = await replies();
    expect((await camp.refused(1, ['session', 'chat', session, 'And C?'])).code).toBe('cost_cap_reached');
    expect((await camp.document(session)).conversation.at(-1)).toMatchObject({ by: 'user', text: 'And C?' });
    expect(await replies()).toBe(before);
    await camp.state(['set', session, '--cost-cap', 'none']);
    const { conversation } = chatResultSchema.parse(await camp.expect(0, ['session', 'chat', session, '--again']));
    expect(conversation.slice(-2).map(({ by }) => by)).toEqual(['user', 'trainer']);
  });

  it('of two processes that talk at once is had by one; the other keeps nothing', async () => {
    await camp.server.use({ when: { schema: 'reply' }, reply: { json: { reply: 'It is long.', suggestions: [] }, trouble: { firstPieceMs: 1000 } } });
    const runs = await Promise.all(['One?', 'Two?'].map(async (text) => await camp.run(['session', 'chat', session, text])));
    expect(runs.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(JSON.stringify(runs.find(({ code }) => code === 1)?.json)).toContain('session_busy');
    expect((await camp.document(session)).conversation.filter(({ text }) => ['One?', 'Two?'].includes(text))).toHaveLength(1);
  });

  it('shows no control of a terminal, and tells of a key that is exported', async () => {
    const key = `sk-proj-${'Ab3'.repeat(16)}`;
    await camp.server.use({ when: { schema: 'reply' }, reply: { json: { reply: '\u001b[2J\u202eB is long.', suggestions: [{ lineage: 'B', holds: 'always', directive: 'Be\u001b]0;x\u0007 brief.' }] } } });
    await camp.expect(0, ['session', 'chat', session, `My key is ${key}`]);
    const shown = await camp.printed(['session', 'chat', session]);
    expect(shown).toContain('\\u001b[2J\\u202eB is long.');
    expect(shown).not.toMatch(/[\u001b\u202e\u0007]/);
    expect((await camp.refused(3, ['session', 'export', session, '--kind', 'json'])).code).toBe('secrets_found');
    await camp.expect(0, ['session', 'score', session, '--lineage', 'A', '--score', '9']);
    const exported = JSON.stringify(await camp.expect(0, ['session', 'export', session, '--kind', 'sft']));
    expect(exported).not.toContain(key);
  });
});
