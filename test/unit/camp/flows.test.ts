import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SessionDocument } from '../../../src/protocol/camp.ts';
import { quietly, scoreAll, workbench } from '../../support/camp/workbench.ts';

const lineageOf = ({ lineages }: SessionDocument, label: string) => lineages.find((lineage) => lineage.label === label);

describe('confirming', () => {
  it('makes four agents whose prompts differ, each with its answer', async () => {
    const { camp, begin, fileOf } = await workbench();
    const session = await begin();
    const document = camp.show(session);
    expect(document.lineages.map(({ label, cycle, agents }) => [label, cycle, agents.length])).toEqual([['A', 1, 1], ['B', 1, 1], ['C', 1, 1], ['D', 1, 1]]);
    expect(new Set(document.lineages.map(({ agents }) => agents[0]?.definition.systemPrompt)).size).toBe(4);
    expect(camp.state(session).artifacts.map(({ lineage, content }) => [lineage, content])).toEqual(['A', 'B', 'C', 'D'].map((label) => [label, 'An answer of the agent.']));
    expect(JSON.parse(readFileSync(fileOf(session), 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('is refused without a test input and without four strategies', async () => {
    const { work, create } = await workbench();
    await expect(work.confirm(await create({ inputs: [] }), null, quietly())).rejects.toMatchObject({ code: 'inputs_missing' });
    await expect(work.confirm(await create(), null, quietly())).rejects.toMatchObject({ code: 'strategies_missing' });
  });
});

describe('a lineage whose agent could not be written', () => {
  it('says why, holds up nobody, and joins the cycle that the others are in', async () => {
    const { camp, work, create, server } = await workbench();
    const session = await create();
    const { strategies } = await work.propose(session, null, quietly());
    server.use({ when: { schema: 'agent', anywhere: strategies[1]?.approach ?? '' }, reply: { text: 'no JSON' } });
    const { outcomes } = await work.confirm(session, null, quietly());
    expect(outcomes.map(({ lineage, outcome, problem }) => [lineage, outcome, problem?.code ?? null])).toEqual([
      ['A', 'advanced', null], ['B', 'failed', 'structured_output_invalid'], ['C', 'advanced', null], ['D', 'advanced', null],
    ]);
    scoreAll(camp, session, { A: 9, C: 4, D: 2 });
    await work.regenerate(session, null, quietly());
    server.use({ when: { schema: 'agent' }, reply: { json: { name: 'Late', description: '', systemPrompt: 'You came late. Be brief.', temperature: 0, tools: [] } } });
    // The answers that it failed by are asked for anew.
    await work.retry(session, 'B', quietly());
    const document = camp.show(session);
    expect(document.lineages.map(({ label, cycle, problem }) => [label, cycle, problem])).toEqual([['A', 2, null], ['B', 2, null], ['C', 2, null], ['D', 2, null]]);
    expect(document.cycles.map(({ standings }) => standings.map(({ lineage }) => lineage).join(''))).toEqual(['ACD', 'ABCD']);
  });
});

describe('regenerating', () => {
  it('is refused with the names of what has no score', async () => {
    const { camp, work, begin } = await workbench();
    const session = await begin();
    scoreAll(camp, session, { A: 9, C: 4 });
    camp.setLock(session, 'A', true);
    await expect(work.regenerate(session, null, quietly())).rejects.toMatchObject({ code: 'scores_missing', message: expect.stringContaining('B on input 1 has no score, D on input 1 has no score') as unknown });
  });

  it('evolves what is not locked and leaves the locked lineage byte for byte', async () => {
    const { camp, work, begin, server } = await workbench();
    const session = await begin();
    scoreAll(camp, session, { A: 9, B: 7, C: 4, D: 2 });
    camp.setLock(session, 'A', true);
    camp.direct(session, 'B', { sticky: 'STICKY-WISH' });
    camp.direct(session, 'C', { oneShot: 'ONESHOT-WISH' });
    const before = camp.state(session);
    const { outcomes } = await work.regenerate(session, null, quietly());
    expect(outcomes.map(({ lineage, outcome, cycle, version }) => [lineage, outcome, cycle, version])).toEqual([['B', 'advanced', 2, 2], ['C', 'advanced', 2, 2], ['D', 'advanced', 2, 2]]);
    const after = camp.state(session);
    const ofA = ({ artifacts, lineages }: typeof after) => ({ artifact: artifacts.find(({ lineage }) => lineage === 'A'), lineage: lineages[0] });
    const [old, now] = [ofA(before), ofA(after)];
    expect({ ...now, artifact: { ...now.artifact, cycle: 1 }, lineage: { ...now.lineage, cycle: 1 } }).toEqual(old);
    const document = camp.show(session);
    expect(document.cycles.map(({ number, locked, standings }) => [number, locked, standings.length])).toEqual([[1, ['A'], 4], [2, ['A'], 4]]);
    expect(document.evolutions.map(({ lineage, parentVersion, version, score, directives }) => [lineage, parentVersion, version, score, directives.sticky, directives.oneShot])).toEqual([
      ['B', 1, 2, 7, 'STICKY-WISH', null], ['C', 1, 2, 4, null, 'ONESHOT-WISH'], ['D', 1, 2, 2, null, null],
    ]);
    expect(document.evolutions.every(({ diff }) => diff.some(({ path }) => path === '$.systemPrompt'))).toBe(true);
    expect(document.lineages.map(({ directives }) => directives)).toEqual([{ sticky: null, oneShot: null }, { sticky: 'STICKY-WISH', oneShot: null }, { sticky: null, oneShot: null }, { sticky: null, oneShot: null }]);

    // The second time the sticky wish still counts, and the one-shot one is gone.
    const chatsBefore = server.chats().length;
    scoreAll(camp, session, { B: 8, C: 8, D: 8 });
    await work.regenerate(session, null, quietly());
    const text = JSON.stringify(server.chats().slice(chatsBefore));
    expect([text.includes('STICKY-WISH'), text.includes('ONESHOT-WISH')]).toEqual([true, false]);
    expect(camp.show(session).evolutions.find(({ lineage, version }) => lineage === 'B' && version === 2)?.effect).toBe(1);
  });

  it('leaves one lineage where it was when its provider fails, and tries it again alone', async () => {
    const { camp, work, begin, server } = await workbench();
    const session = await begin();
    scoreAll(camp, session, { A: 9, B: 7, C: 4, D: 2 });
    server.use({ when: { schema: 'evolution', anywhere: promptOf(camp.show(session), 'C') }, reply: { status: 401 } });
    const first = await work.regenerate(session, null, quietly());
    expect(first.outcomes.map(({ lineage, outcome, cycle }) => [lineage, outcome, cycle])).toEqual([['A', 'advanced', 2], ['B', 'advanced', 2], ['C', 'failed', 1], ['D', 'advanced', 2]]);
    expect(lineageOf(camp.show(session), 'C')).toMatchObject({ cycle: 1, problem: { message: expect.stringContaining('C') as unknown } });
    server.use({ when: { schema: 'evolution' }, reply: { json: { systemPrompt: 'You are calm. Answer at once.', description: 'Calm.', temperature: 0.2, tools: [], texts: [] } } });
    const asked = server.chats().length;
    const second = await work.retry(session, 'C', quietly());
    expect(second.outcomes).toMatchObject([{ lineage: 'C', outcome: 'advanced', cycle: 2, version: 2 }]);
    // Analysis, credit and plan were answered the first time.
    expect(server.chats().slice(asked).map(({ response_format: format }) => format?.json_schema?.name ?? 'answer')).toEqual(['evolution', 'answer']);
    expect(camp.show(session).lineages.map(({ cycle, problem }) => [cycle, problem])).toEqual([[2, null], [2, null], [2, null], [2, null]]);
    await expect(work.retry(session, 'C', quietly())).rejects.toMatchObject({ code: 'nothing_to_retry' });
  });

  it('goes on with what an interrupted one left behind, and pays for nothing twice', async () => {
    const { camp, work, begin, server } = await workbench();
    const session = await begin();
    scoreAll(camp, session, { A: 9, B: 7, C: 4, D: 2 });
    // As after a crash: two lineages had stepped, two had not.
    await work.regenerate(session, ['A', 'B'], quietly());
    const asked = server.chats().length;
    const { outcomes } = await work.regenerate(session, null, quietly());
    expect(outcomes.map(({ lineage, cycle }) => [lineage, cycle])).toEqual([['C', 2], ['D', 2]]);
    expect(camp.show(session).cycles.map(({ number, standings }) => [number, standings.length])).toEqual([[1, 4], [2, 4]]);
    expect(server.chats().length - asked).toBeLessThan(12);
  });

  it('ends when it is cancelled, keeps what was answered, and asks only for the rest', async () => {
    const { camp, work, begin, server } = await workbench();
    const session = await begin();
    scoreAll(camp, session, { A: 9, B: 7, C: 4, D: 2 });
    const abort = new AbortController();
    server.use({ when: { schema: 'plan' }, reply: () => (abort.abort(), { json: {}, trouble: { stallAt: 0 } }) });
    await expect(work.regenerate(session, null, { signal: abort.signal, onProgress: () => undefined })).rejects.toThrow();
    expect(camp.show(session).lineages.map(({ cycle, problem }) => [cycle, problem])).toEqual([[1, null], [1, null], [1, null], [1, null]]);
    server.use({ when: { schema: 'plan' }, reply: { json: { hypothesis: 'h', changes: [{ target: 'systemPrompt', change: 'c', reason: 'r' }] } } });
    const asked = server.chats().length;
    await work.regenerate(session, null, quietly());
    const names = server.chats().slice(asked).map(({ response_format: format }) => format?.json_schema?.name ?? 'answer');
    expect(names.filter((name) => name === 'aspects').length).toBeLessThan(4);
    expect(camp.show(session).lineages.map(({ cycle }) => cycle)).toEqual([2, 2, 2, 2]);
  });
});

describe('an execution that fails', () => {
  it('is an error of its card, can’t be scored, and is tried again in the same cycle', async () => {
    const { camp, work, create, server } = await workbench([{ when: { user: 'on fire', system: 'way', repeat: 0 }, reply: { status: 400, message: 'no' } }]);
    const session = await create();
    await work.propose(session, null, quietly());
    const { outcomes, lineages } = await work.confirm(session, null, quietly());
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['advanced', 'advanced', 'advanced', 'advanced']);
    expect(lineages.map(({ failed }) => failed.length)).toEqual([1, 1, 1, 1]);
    expect(() => camp.score(session, { target: { lineage: 'A', input: 1 }, score: 5, comment: '' })).toThrow('no answer');
    await expect(work.regenerate(session, null, quietly())).rejects.toMatchObject({ code: 'scores_missing', message: expect.stringContaining('A on input 1 failed') as unknown });
    const asked = server.chats().length;
    await work.retry(session, 'B', quietly());
    expect(server.chats().length - asked).toBe(1);
    const document = camp.show(session);
    expect(document.executions.filter(({ lineage }) => lineage === 'B').map(({ attempt, cycle, state }) => [attempt, cycle, state])).toEqual([[1, 1, 'failed'], [2, 1, 'completed']]);
    expect(document.spent.calls).toBeGreaterThan(8);
  });
});

describe('what a session spent', () => {
  it('is every call that the server answered, the questions about what the model can do among them', async () => {
    const { camp, begin, server } = await workbench();
    const { spent } = camp.show(await begin());
    const asked = server.chats();
    expect(asked.filter((body) => JSON.stringify(body).includes('Call the tool greet'))).toHaveLength(1);
    expect(spent.calls).toBe(asked.length);
  });
});

describe('a cost cap', () => {
  it('stops between calls, keeps what was paid, and goes on when it is raised', async () => {
    const { camp, work, begin } = await workbench();
    const session = await begin();
    scoreAll(camp, session, { A: 9, B: 7, C: 4, D: 2 });
    camp.configure(session, { costCapUsd: camp.show(session).spent.costUsd + 1e-9 });
    const { outcomes } = await work.regenerate(session, ['B'], quietly());
    expect(outcomes).toMatchObject([{ outcome: 'failed', problem: { message: expect.stringContaining('cap') as unknown } }]);
    const { spent } = camp.show(session);
    camp.configure(session, { costCapUsd: null });
    await work.regenerate(session, ['B'], quietly());
    expect(camp.show(session).spent.calls).toBeGreaterThan(spent.calls);
    expect(lineageOf(camp.show(session), 'B')?.cycle).toBe(2);
  });
});

describe('a quick start', () => {
  it('evolves by what is said, and becomes lineage A of a training session with its answers', async () => {
    const { camp, work, create } = await workbench([
      { when: { schema: 'strategies', user: 'an agent for it already' }, reply: { json: { strategies: ['one', 'two', 'three'].map((tag) => ({ tag: `Beside ${tag}`, approach: `It goes the ${tag} way.` })) } } },
    ]);
    const session = await create({ mode: 'quickstart' });
    await work.confirm(session, null, quietly());
    await work.feedback(session, 'Be much kinder.', quietly());
    const quick = camp.show(session);
    expect([quick.lineages.length, quick.lineages[0]?.agents.length, quick.feedback.map(({ text }) => text)]).toEqual([1, 2, ['Be much kinder.']]);
    const { session: promoted, outcomes } = await work.promote(session, 'variations', quietly());
    expect(promoted).toMatchObject({ mode: 'training', promotedFrom: { session, version: 2, kind: 'variations' } });
    expect(outcomes.map(({ lineage, outcome }) => [lineage, outcome])).toEqual([['B', 'advanced'], ['C', 'advanced'], ['D', 'advanced']]);
    const { lineages, artifacts } = camp.state(promoted.id);
    expect(lineages.map(({ isLocked }) => isLocked)).toEqual([true, false, false, false]);
    expect(lineages[0]?.agent?.sha256).toBe(quick.lineages[0]?.agents[1]?.sha256);
    expect(artifacts[0]?.id).toBe(camp.state(session).artifacts[0]?.id);
    await expect(work.regenerate(session, null, quietly())).rejects.toMatchObject({ code: 'is_quickstart' });
  });
});

it('refuses a second piece of work on the same session, and a lock while one is under way', async () => {
  const { camp, work, begin, server } = await workbench();
  const session = await begin();
  scoreAll(camp, session, { A: 9, B: 7, C: 4, D: 2 });
  server.use({ when: { schema: 'aspects' }, reply: { json: { aspects: [{ aspect: 'kindness', direction: 'more', strength: 1, inputs: [1] }] }, trouble: { firstPieceMs: 50 } } });
  const first = work.regenerate(session, null, quietly());
  await Promise.resolve();
  await expect(work.regenerate(session, null, quietly())).rejects.toMatchObject({ code: 'session_busy' });
  expect(() => camp.setLock(session, 'A', true)).toThrow('under way');
  await first;
  expect(camp.show(session).cycles.length).toBe(2);
});

function promptOf({ lineages }: SessionDocument, label: string): string {
  return lineages.find((lineage) => lineage.label === label)?.agents.at(-1)?.definition.systemPrompt ?? '';
}
