import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { longestDirective, type ChatMessage } from '../../../src/protocol/camp.ts';
import { dataBlocks, lastQuestion } from '../../support/camp/blocks.ts';
import { quietly, workbench, type Workbench } from '../../support/camp/workbench.ts';
import { modelOf } from '../../support/modelServer/client.ts';
import { startModelServer } from '../../support/modelServer/modelServer.ts';
import type { ScriptReply } from '../../support/modelServer/script.ts';

function said(number: number, change: Partial<ChatMessage> = {}): ChatMessage {
  return { number, by: number % 2 === 1 ? 'user' : 'trainer', text: `Message ${String(number)}.`, about: null, suggestions: [], notes: [], model: '', costUsd: null, created: '2026-01-01T00:00:00Z', ...change };
}

/** The file of a session whose agents have answered, with another conversation. */
async function fileWith(conversation: unknown): Promise<{ session: string; file: string }> {
  const { begin, fileOf } = await workbench();
  const session = await begin();
  const document: unknown = JSON.parse(readFileSync(fileOf(session), 'utf8'));
  const file = path.join(path.dirname(fileOf(session)), 'hostile.json');
  writeFileSync(file, JSON.stringify({ ...(document as object), conversation }));
  return { session, file };
}

/** A workspace that has taken such a session in. */
async function imported(conversation: ChatMessage[]): Promise<Workbench & { session: string; file: string }> {
  const { session, file } = await fileWith(conversation);
  const bench = await workbench();
  bench.camp.import(file, { asCopy: false });
  return { ...bench, session, file };
}

function lastPrompt({ server }: Workbench): string {
  const chat = server.chats().findLast((body) => body.response_format?.json_schema?.name === 'reply');
  if (chat === undefined) throw new Error('the trainer was not asked');
  return lastQuestion(chat);
}

const steer = { lineage: 'B', holds: 'always', directive: 'Be brief.' };

describe('a provider', () => {
  it.each<[string, unknown, string[], string | null]>([
    ['twenty of them', Array.from({ length: 20 }, (_, index) => ({ ...steer, directive: `Rule ${String(index)}.` })), ['Rule 0.', 'Rule 1.', 'Rule 2.', 'Rule 3.'], '16 further suggestions'],
    ['one for a lineage that is not there', [steer, { ...steer, lineage: 'E' }], ['Be brief.'], '1 further suggestion'],
    ['empty ones', [{ ...steer, directive: ' ' }, null, 'B'], [], '3 further suggestions'],
    ['no list', 'Be brief.', [], null],
  ])('that suggests %s is heard, once', async (_name, suggestions, kept, note) => {
    const { server, begin, work } = await workbench();
    const session = await begin();
    server.use({ when: { schema: 'reply' }, reply: { json: { reply: 'B is long.', suggestions } } });
    const before = server.chats().length;
    const { conversation } = await work.chat(session, { text: 'Why is B worse?', about: null }, quietly());
    expect(conversation[1]).toMatchObject({ text: 'B is long.', suggestions: kept.map((text) => ({ kind: 'directive', lineage: 'B', holds: 'sticky', text })), notes: note === null ? [] : [expect.stringContaining(note)] });
    expect(server.chats().length - before).toBe(1);
  });

  it.each<[string, ScriptReply, string]>([
    ['cuts its answer', { json: { reply: 'It is long, and nobody likes that.', suggestions: [] }, trouble: { cutAt: 3 } }, 'answer_cut'],
    ['writes no JSON', { text: 'I would rather not.' }, 'structured_output_invalid'],
    ['says nothing', { json: { reply: ' \n ', suggestions: [] } }, 'structured_output_invalid'],
    ['writes a book', { json: { reply: 'word '.repeat(6000), suggestions: [] } }, 'structured_output_invalid'],
  ])('that %s leaves the message to be asked again', async (_name, reply, code) => {
    const { camp, server, begin, work } = await workbench();
    const session = await begin();
    server.use({ when: { schema: 'reply' }, reply });
    await expect(work.chat(session, { text: 'Why is B worse?', about: null }, quietly())).rejects.toMatchObject({ code });
    expect(camp.show(session).conversation.map(({ by }) => by)).toEqual(['user']);
    server.use({ when: { schema: 'reply' }, reply: { json: { reply: 'It is long.', suggestions: [] } } });
    expect((await work.chat(session, { text: null, about: null }, quietly())).conversation.map(({ text }) => text)).toEqual(['Why is B worse?', 'It is long.']);
  });

  it('is told of a long conversation what was suggested, and that not all of it is shown', async () => {
    const suggestions: ChatMessage['suggestions'] = [{ kind: 'directive', lineage: 'B', holds: 'oneShot', text: 'Be half as long.' }];
    const bench = await imported(Array.from({ length: 300 }, (_, index) => said(index + 1, index === 299 ? { suggestions } : {})));
    await bench.work.chat(bench.session, { text: 'Make it a third.', about: null }, quietly());
    const shown = new Map(dataBlocks(lastPrompt(bench)).map(({ name, value }) => [name, value])).get('conversation');
    expect(shown).toHaveLength(16);
    expect(shown).toMatchObject({ 0: { text: 'Message 285.' }, 15: { text: 'Message 300.', suggestions: [{ lineage: 'B', holds: 'nextCycle', directive: 'Be half as long.' }] } });
    expect(lastPrompt(bench)).toContain('(16 of 300 messages are shown: the newest.)');
  });

  it('with little context gets long texts in part, and the person is told', async () => {
    const server = await startModelServer({ contextLength: 16_384, rules: [{ when: { schema: 'reply' }, reply: { json: { reply: 'It is long.', suggestions: [] } } }, { reply: { text: 'An answer.' } }] });
    onTestFinished(async () => await server.close());
    const { session, file } = await fileWith(Array.from({ length: 300 }, (_, index) => said(index + 1, { text: `${String(index)} ${'long '.repeat(3990)}` })));
    const bench = await workbench([], () => modelOf(server.url));
    bench.camp.import(file, { asCopy: false });
    const { conversation } = await bench.work.chat(session, { text: `Why? ${'so '.repeat(6000)}`, about: null }, quietly());
    const asked = lastPrompt({ ...bench, server });
    expect(Buffer.byteLength(asked)).toBeLessThan((16_384 - 4096) * 2.5);
    expect(conversation.at(-1)?.notes).toEqual([expect.stringMatching(/too little context: of conversation, [\d]+ of [\d]+ characters/), expect.stringContaining('of message')]);
  });
});

describe('a file', () => {
  it.each<[string, ChatMessage[], string]>([
    ['as high as numbers go', [said(Number.MAX_SAFE_INTEGER)], '$.conversation[0].number'],
    ['with a gap', [said(1), said(3)], '$.conversation[1].number'],
    ['out of order', [said(2), said(1)], '$.conversation[0].number'],
    ['twice', [said(1), said(1)], '$.conversation[1].number'],
  ])('whose messages are numbered %s is not taken in', async (_name, conversation, at) => {
    const { file } = await fileWith(conversation);
    const { camp } = await workbench();
    expect(() => camp.import(file, { asCopy: false })).toThrow(at);
  });

  it('in which a person suggests something is not taken in', async () => {
    const { file } = await fileWith([said(1, { suggestions: [{ kind: 'directive', lineage: 'B', holds: 'sticky', text: 'Obey.' }] })]);
    const { camp } = await workbench();
    expect(() => camp.import(file, { asCopy: false })).toThrow('only the trainer suggests');
  });

  it('with a long conversation counts by its length, is the same when it is taken in again, and goes with its session', async () => {
    const [short, long] = [await imported([]), await imported(Array.from({ length: 30 }, (_, index) => said(index + 1, { text: 'é'.repeat(20_000) })))];
    const bytesOf = ({ camp }: Workbench) => camp.list().sessions[0]?.bytes ?? 0;
    expect(bytesOf(long) - bytesOf(short)).toBeGreaterThan(30 * 40_000);
    expect(long.camp.import(long.file, { asCopy: false }).isNew).toBe(false);
    const copy = long.camp.import(long.file, { asCopy: true }).session.id;
    expect(long.camp.show(copy).conversation).toEqual(long.camp.show(long.session).conversation);
    await long.camp.delete(copy, true);
    expect(long.camp.show(long.session).conversation).toHaveLength(30);
    await long.camp.delete(long.session, true);
    expect(long.store.db.prepare('SELECT count(*) AS n FROM chat_messages').get()).toEqual({ n: 0 });
  });
});

describe('a directive that is taken', () => {
  const directive = (text: string): ChatMessage[] => [said(1), said(2, { suggestions: [{ kind: 'directive', lineage: 'B', holds: 'sticky', text }] })];

  it('of several lines is not there twice', async () => {
    const { camp, session } = await imported(directive('Be brief.\nBe kind.'));
    camp.direct(session, 'B', { sticky: 'Be' });
    for (let time = 0; time < 2; time++) camp.takeSuggestion(session, { message: 2, suggestion: 1 });
    expect(camp.show(session).lineages[1]?.directives.sticky).toBe('Be\nBe brief.\nBe kind.');
  });

  it('is refused where it would be too long with what is there, which stays', async () => {
    const { camp, session } = await imported(directive('Be brief.'));
    camp.direct(session, 'B', { sticky: 'x'.repeat(longestDirective) });
    expect(() => camp.takeSuggestion(session, { message: 2, suggestion: 1 })).toThrow('longer than 10000');
    expect(camp.show(session).lineages[1]?.directives.sticky).toHaveLength(longestDirective);
  });
});

it('a session that is talked about in one process is busy in another, which keeps nothing of its message', async () => {
  const { camp, work, other, begin, server } = await workbench();
  const session = await begin();
  server.use({ when: { schema: 'reply' }, reply: { json: { reply: 'It is long.', suggestions: [] }, trouble: { firstPieceMs: 50 } } });
  const first = work.chat(session, { text: 'Why is B worse?', about: null }, quietly());
  await expect(other.chat(session, { text: 'And C?', about: null }, quietly())).rejects.toMatchObject({ code: 'session_busy' });
  await first;
  expect(camp.show(session).conversation.map(({ text }) => text)).toEqual(['Why is B worse?', 'It is long.']);
});
