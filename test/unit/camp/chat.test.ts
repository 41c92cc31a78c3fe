import { describe, expect, it, onTestFinished } from 'vitest';
import { trainingView } from '../../../src/backend/camp/evolution/trainingView.ts';
import { replyWithin } from '../../../src/backend/camp/trainer/overhear.ts';
import { answerMessage } from '../../../src/backend/camp/trainer/conversation.ts';
import { dataBlocks, lastQuestion } from '../../support/camp/blocks.ts';
import { quietly, scoreAll, workbench, type Workbench } from '../../support/camp/workbench.ts';
import { sessionDocument } from '../../support/camp/sessionDocument.ts';
import { modelOf } from '../../support/modelServer/client.ts';
import { startModelServer } from '../../support/modelServer/modelServer.ts';

/** The last question about the conversation that the server was asked, by the blocks of its prompt. */
function lastBlocks({ server }: Workbench): Map<string, unknown> {
  const chat = server.chats().findLast((body) => body.response_format?.json_schema?.name === 'reply');
  if (chat === undefined) throw new Error('the trainer was not asked');
  return new Map(dataBlocks(lastQuestion(chat)).map(({ name, value }) => [name, value]));
}

describe('the trainer', () => {
  it('answers by what stands, and its suggestions change nothing before they are taken', async () => {
    const bench = await workbench();
    const { camp, work, begin } = bench;
    const session = await begin({ inputs: [{ text: 'The printer is on fire.', split: 'train' }, { text: 'A secret case.', split: 'heldOut' }] });
    scoreAll(camp, session, { B: 3 }, 1);
    const before = camp.show(session);
    const { conversation } = await work.chat(session, { text: 'Why is B worse?', about: 'B' }, quietly());
    expect(conversation.map(({ number, by, text, about }) => [number, by, text, about])).toEqual([
      [1, 'user', 'Why is B worse?', 'B'],
      [2, 'trainer', 'The answers of **B** are long, and the person likes short ones.', null],
    ]);
    expect(conversation[1]).toMatchObject({ model: 'test:scripted', suggestions: [{ kind: 'directive', lineage: 'B', holds: 'oneShot', text: 'Be half as long.' }, { kind: 'directive', lineage: 'C', holds: 'sticky' }] });
    const { conversation: _said, session: { updated: _updated, ...told }, spent: _spent, ...rest } = camp.show(session);
    const { conversation: _nothing, session: { updated: _before, ...toldBefore }, spent: _spentBefore, ...restBefore } = before;
    expect([told, rest]).toEqual([toldBefore, restBefore]);
    const blocks = lastBlocks(bench);
    expect(blocks.get('message')).toBe('Why is B worse?');
    expect(blocks.get('scored answers')).toMatchObject([{ lineage: 'B', input: 1, score: 3, comment: 'comment on B' }]);
    expect(JSON.stringify([...blocks])).not.toContain('A secret case');
  });

  it('is told what was said before', async () => {
    const bench = await workbench();
    const session = await bench.begin();
    await bench.work.chat(session, { text: 'Why is B worse?', about: null }, quietly());
    await bench.work.chat(session, { text: 'And C?', about: null }, quietly());
    expect(lastBlocks(bench).get('conversation')).toEqual([
      { by: 'person', text: 'Why is B worse?' },
      { by: 'you', text: 'The answers of **B** are long, and the person likes short ones.', suggestions: [{ lineage: 'B', holds: 'nextCycle', directive: 'Be half as long.' }, { lineage: 'C', holds: 'always', directive: 'Name the ticket first.' }] },
    ]);
    expect(bench.camp.show(session).conversation.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  });

  it('suggests nothing for a locked lineage: what it suggests there is left out, and said', async () => {
    const { camp, work, begin } = await workbench();
    const session = await begin();
    camp.setLock(session, 'B', true);
    const { conversation } = await work.chat(session, { text: 'Make B short.', about: null }, quietly());
    expect(conversation[1]).toMatchObject({ suggestions: [{ lineage: 'C' }], notes: [expect.stringContaining('1 further suggestion')] });
  });

  it('that could not be asked leaves the message, which a further try answers', async () => {
    const { camp, work, begin, server } = await workbench();
    const session = await begin();
    server.use({ when: { schema: 'reply' }, reply: { status: 401 } });
    await expect(work.chat(session, { text: 'Why is B worse?', about: null }, quietly())).rejects.toMatchObject({ code: 'provider_key_refused' });
    expect(camp.show(session).conversation.map(({ by, text }) => [by, text])).toEqual([['user', 'Why is B worse?']]);
    server.use({ when: { schema: 'reply' }, reply: { json: { reply: 'It is long.', suggestions: [] } } });
    await work.chat(session, { text: null, about: null }, quietly());
    expect(camp.show(session).conversation.map(({ by, text }) => [by, text])).toEqual([['user', 'Why is B worse?'], ['trainer', 'It is long.']]);
    await expect(work.chat(session, { text: null, about: null }, quietly())).rejects.toMatchObject({ code: 'nothing_asked' });
  });

  it('of a small model answers in a sentence of its own, and suggests nothing', async () => {
    const replies = ['It talks about weather in general, and a reader wants to know if it will rain today.', 'Why is B worse?', 'The answer is about printers and should be about fires.'];
    const small = await startModelServer({ contextLength: 4096, rules: [{ when: { schema: 'reply' }, reply: () => ({ json: { reply: replies.shift() ?? '' } }) }, { reply: { text: 'An answer.' } }] });
    onTestFinished(async () => await small.close());
    const document = sessionDocument({ inputs: [{ text: 'The printer is on fire.' }], lineages: { B: [{ systemPrompt: 'Be kind.', answers: [{ input: 1, content: 'Printers print.', score: 2 }] }] } });
    const question = { number: 1, by: 'user' as const, text: 'Why is B worse?', about: 'B' as const, suggestions: [], notes: [], model: '', costUsd: null, created: '2026-01-01T00:00:00Z' };
    const { value, notes } = await answerMessage(modelOf(small.url), { view: trainingView(document), question, earlier: [] }, quietly());
    expect(value).toEqual({ text: 'The answer is about printers and should be about fires.', suggestions: [] });
    expect(notes).toEqual([expect.stringContaining('is small')]);
    expect(lastQuestion(small.chats().at(-1)!)).toContain('Printers print.');
  });

  it('is heard while it writes', async () => {
    const { work, begin } = await workbench();
    const session = await begin();
    const heard: string[] = [];
    await work.chat(session, { text: 'Why is B worse?', about: null }, { signal: new AbortController().signal, onProgress: ({ reply }) => { if (reply !== undefined) heard.push(reply); } });
    expect(heard.length).toBeGreaterThan(3);
    expect(heard.every((text, index) => text.startsWith(heard[index - 1] ?? ''))).toBe(true);
    expect(heard.at(-1)).toBe('The answers of **B** are long, and the person likes short ones.');
  });

  it.each([
    ['{"reply": "It is', 'It is'], ['{"reply":"A \\"word\\" and \\', 'A "word" and '], ['{"reply":"caf\\u00e', 'caf'], ['{"reply":"caf\\u00e9"', 'café'],
    ['```json\n{ "reply" : "two\\nlines", "suggestions": ["x"]', 'two\nlines'], ['{"rep', ''], ['{"reply": "broken\nline', ''],
  ])('of %j has said %j', (json, reply) => {
    expect(replyWithin(json)).toBe(reply);
  });

  it('is not for a quick start, nor about a lineage that is not there', async () => {
    const { work, create } = await workbench();
    await expect(work.chat(await create({ mode: 'quickstart' }), { text: 'Hello', about: null }, quietly())).rejects.toMatchObject({ code: 'is_quickstart' });
    await expect(work.chat(await create(), { text: 'Hello', about: 'B' }, quietly())).rejects.toMatchObject({ code: 'lineage_not_found' });
  });
});

describe('a suggestion', () => {
  it('that is taken joins the directive that is there, once', async () => {
    const { camp, work, begin } = await workbench();
    const session = await begin();
    camp.direct(session, 'B', { oneShot: 'Be kind.' });
    await work.chat(session, { text: 'B is long.', about: null }, quietly());
    camp.takeSuggestion(session, { message: 2, suggestion: 1 });
    camp.takeSuggestion(session, { message: 2, suggestion: 1 });
    camp.takeSuggestion(session, { message: 2, suggestion: 2 });
    expect(camp.state(session).lineages.map(({ directives }) => [directives.oneShot, directives.sticky])).toEqual([[null, null], ['Be kind.\nBe half as long.', null], [null, 'Name the ticket first.'], [null, null]]);
    expect(() => camp.takeSuggestion(session, { message: 2, suggestion: 3 })).toThrow('no suggestion 3');
    expect(() => camp.takeSuggestion(session, { message: 1, suggestion: 1 })).toThrow('no suggestion 1');
  });

  it('of a strategy takes the place of the one that is there, until strategies are confirmed', async () => {
    const { camp, work, create } = await workbench();
    const session = await create();
    await work.propose(session, null, quietly());
    const { strategies } = camp.show(session);
    await work.chat(session, { text: 'Could B ask back?', about: 'B' }, quietly());
    camp.takeSuggestion(session, { message: 2, suggestion: 1 });
    expect(camp.show(session).strategies).toEqual(strategies.map((one) => (one.label === 'B' ? { label: 'B', tag: 'Asks Back', approach: 'It asks what is missing before it answers.' } : one)));
    await work.confirm(session, null, quietly());
    expect(() => camp.takeSuggestion(session, { message: 2, suggestion: 1 })).toThrow('are confirmed');
  });
});

it('a conversation is in the session’s file, and comes with it into another workspace', async () => {
  const { camp, work, begin, fileOf } = await workbench();
  const session = await begin();
  await work.chat(session, { text: 'Why is B worse?', about: 'B' }, quietly());
  const elsewhere = await workbench();
  elsewhere.camp.import(fileOf(session), { asCopy: false });
  expect(elsewhere.camp.show(session).conversation).toEqual(camp.show(session).conversation);
  expect(elsewhere.camp.import(fileOf(session), { asCopy: false }).isNew).toBe(false);
});
