import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evolveLineage, type Evolved, type EvolutionRequest } from '../../../src/backend/camp/evolution/pipeline.ts';
import type { ChatModel } from '../../../src/backend/providers/chatModel.ts';
import type { SessionDocument } from '../../../src/protocol/camp.ts';
import { CampError } from '../../../src/protocol/errors.ts';
import { dataBlocks, lastQuestion } from '../../support/camp/blocks.ts';
import { noTools } from '../../support/camp/noTools.ts';
import { execute } from '../../support/camp/execute.ts';
import { harmful, helpful, plantedPrompt, plantedRules, plantedSession } from '../../support/camp/plantedPrompt.ts';
import { sessionDocument } from '../../support/camp/sessionDocument.ts';
import { trainerRules } from '../../support/camp/trainerScript.ts';
import { modelOf } from '../../support/modelServer/client.ts';
import { startModelServer, type ModelServer } from '../../support/modelServer/modelServer.ts';
import { replyTo, type ScriptRule } from '../../support/modelServer/script.ts';

let server: ModelServer;
let model: ChatModel;
/** Rules of one test, before all others. */
let rules: ScriptRule[] = [];
const { signal } = new AbortController();

beforeAll(async () => {
  server = await startModelServer({ rules: [{ reply: (request) => replyTo([...rules, ...trainerRules], request) ?? { status: 418 } }] });
  model = modelOf(server.url, { retries: { retries: 0, baseMs: 1, longestMs: 1 } });
  await model.capabilities(signal);
});
beforeEach(() => {
  rules = [];
});
afterAll(async () => {
  await server.close();
});

const session = (more: Parameters<typeof sessionDocument>[0]['lineage'] = {}) => sessionDocument({
  inputs: [{ text: 'Where is my parcel?' }, { text: 'Broken cup.' }, { text: 'secret input', isHeldOut: true }],
  lineages: {
    A: [{ systemPrompt: 'You are blunt. Answer briefly.', answers: [{ input: 1, content: 'No idea.', score: 3, comment: 'Rude!' }, { input: 2, content: 'Bad luck.', score: 4 }, { input: 3, content: 'secret artifact', score: 2, comment: 'secret comment', judged: 3 }] }],
    B: [{ systemPrompt: 'You are very formal.', answers: [{ input: 1, content: 'Dear Sir.', score: 8 }] }],
  },
  lineage: more,
});

async function evolve(document: SessionDocument, more: Partial<EvolutionRequest> = {}): Promise<Evolved> {
  return await evolveLineage({ document, label: 'A', trainerModel: model, agentModel: model, judgeModel: null, execute, tools: noTools, budget: { creditCalls: 80 }, ...more }, { signal, onProgress: () => undefined });
}

/** What was asked of a kind while something went on, oldest first: the last user message of each. */
async function questions(schema: string, work: () => Promise<unknown>): Promise<string[]> {
  const before = server.chats().length;
  await work();
  return server.chats().slice(before).filter(({ response_format: format }) => format?.json_schema?.name === schema).map(lastQuestion);
}

describe('the evolution of a lineage', () => {
  it('gives the new agent and a record of each step', async () => {
    const { definition, record } = await evolve(session());
    expect(definition.systemPrompt).toBe('You are very kind. Answer at length.');
    expect(definition.name).toBe('Agent A');
    expect(record).toMatchObject({
      score: 3.5, hypothesis: 'The answers are rude.', creditCalls: 0, model: 'test:scripted',
      analysis: [{ aspect: 'kindness', direction: 'more', strength: 0.8, inputs: [1] }],
      plan: [{ target: 'systemPrompt', change: 'Ask for kindness.' }],
    });
    expect(record.promptTokens).toBeGreaterThan(0);
    expect(record.costUsd).toBeGreaterThan(0);
  });

  it('computes the diff from the definitions, whatever the plan said', async () => {
    rules = [{ when: { schema: 'evolution' }, reply: { json: { systemPrompt: 'You are blunt. Answer briefly.', description: '', temperature: 0.9, tools: [], texts: [] } } }];
    const { record } = await evolve(session());
    expect(record.plan[0]?.target).toBe('systemPrompt');
    expect(record.diff).toEqual([{ path: '$.parameters.temperature', before: null, after: 0.9 }]);
  });

  it('asks again where the agent came back as it was, and then says that nothing changed', async () => {
    const same = { json: { systemPrompt: 'You are blunt.  Answer briefly!', description: '', temperature: null, tools: [], texts: [] } };
    rules = [{ when: { schema: 'evolution' }, reply: same }];
    const document = session();
    const before = JSON.stringify(document);
    const asked = await questions('evolution', async () => {
      await expect(evolve(document)).rejects.toMatchObject({ code: 'nothing_changed', details: { step: 'evolving' } });
    });
    expect(asked).toHaveLength(3);
    expect(asked[1]).toContain('given back as it was');
    expect(JSON.stringify(document)).toBe(before);
    rules = [{ when: { schema: 'evolution', user: 'given back as it was' }, reply: trainerReply('evolution') }, { when: { schema: 'evolution' }, reply: same }];
    expect((await evolve(document)).definition.systemPrompt).toContain('kind');
  });

  it('refuses the prompt of another lineage', async () => {
    rules = [{ when: { schema: 'evolution' }, reply: { json: { systemPrompt: 'You are VERY formal', description: '', temperature: null, tools: [], texts: [] } } }];
    await expect(evolve(session())).rejects.toMatchObject({ code: 'prompts_not_distinct' });
  });

  it('names the step that failed, and what it was', async () => {
    rules = [{ when: { schema: 'plan' }, reply: { status: 401 } }];
    const failed: unknown = await evolve(session()).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(CampError);
    expect(failed).toMatchObject({ details: { step: 'planning' } });
    expect(String(failed)).toContain('Evolving lineage A stopped at planning; its agent stays as it is.');
  });

  it('shows directives to planning and to evolving, and keeps them in the record', async () => {
    const directives = { sticky: 'Always answer in verse.', oneShot: 'This time, be short.' };
    for (const schema of ['plan', 'evolution']) {
      const [asked] = await questions(schema, async () => {
        expect((await evolve(session({ directives }))).record.directives).toEqual(directives);
      });
      expect(dataBlocks(asked ?? '').find(({ name }) => name === 'wishes')?.value).toEqual([directives.sticky, directives.oneShot]);
    }
  });

  it('never shows anything of a held-out input to a model, by whatever way', async () => {
    const before = server.chats().length;
    await evolve(session());
    await evolve(session(), { judgeModel: model });
    const asked = server.chats().slice(before);
    expect(asked.length).toBeGreaterThan(20);
    expect(JSON.stringify(asked)).not.toContain('secret');
  });

  it('changes texts of a flow by their path, and no others', async () => {
    const document = session();
    const agent = document.lineages[0]?.agents[0];
    if (agent === undefined) throw new Error('the session has an agent');
    agent.definition.flow = [{ id: 'draft', type: 'prompt', prompt: 'Draft it.', more: { hint: 'Old hint.' } }];
    const written = (path: string) => ({ json: { systemPrompt: agent.definition.systemPrompt, description: '', temperature: null, tools: [], texts: [{ path, text: 'New.' }] } });
    rules = [{ when: { schema: 'evolution' }, reply: written('$.flow[0].more.hint') }];
    expect((await evolve(document)).record.diff).toEqual([{ path: '$.flow[0].more.hint', before: 'Old hint.', after: 'New.' }]);
    rules = [{ when: { schema: 'evolution' }, reply: written('$.flow[0].type') }];
    await expect(evolve(document)).rejects.toMatchObject({ code: 'path_not_found' });
  });

  it('stops when it is told to, without a further call', async () => {
    const controller = new AbortController();
    const before = server.chats().length;
    const work = evolveLineage(
      { document: session(), label: 'A', trainerModel: model, agentModel: model, judgeModel: null, execute, tools: noTools, budget: { creditCalls: 80 } },
      { signal: controller.signal, onProgress: ({ step }) => step === 'planning' && controller.abort(new Error('enough')) },
    );
    await expect(work).rejects.toThrow('enough');
    expect(server.chats().slice(before).some(({ response_format: format }) => format?.json_schema?.name === 'plan')).toBe(false);
  });
});

describe('credit in the pipeline', () => {
  const keepsHarm = { json: { systemPrompt: `${plantedPrompt} Be kind.`, description: '', temperature: null, tools: [], texts: [] } };

  it('is measured where there is a judge: what harms is taken out before the model writes, and may not come back', async () => {
    const [judge, agent] = plantedRules({ deviation: 0, points: 4 });
    const better = { json: { ...keepsHarm.json, systemPrompt: plantedPrompt.replace(harmful, 'Be kind.') } };
    rules = [{ when: { schema: 'evolution', user: 'must stay out' }, reply: better }, { when: { schema: 'evolution' }, reply: keepsHarm }, judge, ...trainerRules.slice(0, -1), agent];
    const { definition, record } = await evolve(plantedSession(1), { judgeModel: model });
    expect(record.credit.every(({ method }) => method === 'leave-one-out')).toBe(true);
    expect(record.creditCalls).toBeGreaterThan(20);
    expect(record.plan[0]).toMatchObject({ target: 'systemPrompt', change: `Take out: ${harmful}` });
    expect(record.plan[0]?.reason).toMatch(/^Without it the judge \(scripted \(test\)\) gives 8\.0 .* with it 4\.0 .*: \+4\.0, standard error 0\.0\.$/);
    expect(definition.systemPrompt).not.toContain(harmful);
    expect(definition.systemPrompt).toContain(helpful);
  });

  it('is a labelled opinion without a judge, and nothing is taken out for it', async () => {
    const { record } = await evolve(session());
    expect(record.credit.map(({ method, samples, blame }) => ({ method, samples, blame }))).toEqual([{ method: 'opinion', samples: 0, blame: 1 }, { method: 'opinion', samples: 0, blame: -1 }]);
    expect(record.credit[0]?.evidence).toContain('Nothing was measured');
    expect(record.notes).toContain('Which part of the prompt helps or harms is a model’s opinion: no judge is set.');
    expect(record.plan).toHaveLength(1);
  });

  it('is an opinion where the calls do not suffice to leave out each segment once', async () => {
    const { record } = await evolve(session(), { judgeModel: model, budget: { creditCalls: 7 } });
    expect(record.credit[0]?.method).toBe('opinion');
    expect(record.notes[0]).toContain('7 calls are too few to measure 2 segments');
  });
});

describe('what made a lineage worse', () => {
  /** The step to version 2 told the agent to write in capitals, and the score fell from 6 to 3. */
  const fallen = () => sessionDocument({
    inputs: [{ text: 'Where is my parcel?' }],
    lineages: { A: [
      { systemPrompt: 'You are kind.', answers: [{ input: 1, content: 'Soon.', score: 6 }] },
      { systemPrompt: 'You are kind. Write everything in capital letters.', plan: 'Write the answers in capital letters.', answers: [{ input: 1, content: 'SOON.', score: 3 }] },
      { systemPrompt: 'You are kind.', plan: 'Write normally again.', answers: [{ input: 1, content: 'Soon.', score: 6 }] },
    ] },
  });

  it('is told with its effect, and a plan to do it again is refused', async () => {
    rules = [
      { when: { schema: 'plan', user: 'must not be made again: ' }, reply: trainerReply('plan') },
      { when: { schema: 'plan' }, reply: { json: { hypothesis: 'Capitals help.', changes: [{ target: 'systemPrompt', change: 'Write answers in capital letters!', reason: 'It is clearer.' }] } } },
    ];
    const asked = await questions('plan', async () => {
      expect((await evolve(fallen())).record.plan).toHaveLength(1);
    });
    expect(dataBlocks(asked[0] ?? '').find(({ name }) => name === 'tried')?.value).toMatchObject([{ version: 2, effect: -3 }, { version: 3, effect: 3 }]);
    expect(asked).toHaveLength(2);
    rules = rules.slice(1);
    await expect(evolve(fallen())).rejects.toMatchObject({ code: 'plan_repeats_harm' });
  });

  it('does not get into the prompt again, even where the plan says something else', async () => {
    rules = [{ when: { schema: 'evolution' }, reply: { json: { systemPrompt: 'You are kind. Be exact. Write everything in capital letters.', description: '', temperature: null, tools: [], texts: [] } } }];
    const asked = await questions('evolution', async () => {
      await expect(evolve(fallen())).rejects.toMatchObject({ code: 'change_repeats_harm', details: { step: 'evolving' } });
    });
    expect(asked).toHaveLength(2);
    expect(asked[1]).toContain('This came before and lowered the score; it must not come again');
  });

  it('may come again where the person’s wish asks for it in words that stand in it', async () => {
    const capitals = { json: { systemPrompt: 'You are kind. Write everything in capital letters.', description: '', temperature: null, tools: [], texts: [] } };
    const wished = (quote: string): ScriptRule => ({ when: { schema: 'wished' }, reply: { json: { quotes: [quote] } } });
    const document = fallen();
    document.lineages[0]!.directives.sticky = 'Shout! I want capital letters.';
    rules = [wished('I want capital letters'), { when: { schema: 'evolution' }, reply: capitals }];
    expect((await evolve(document)).definition.systemPrompt).toContain('capital letters');
    rules = [wished('Capital letters help.'), ...rules.slice(1)];
    await expect(evolve(document)).rejects.toMatchObject({ code: 'change_repeats_harm' });
  });
});

function trainerReply(schema: string): ScriptRule['reply'] {
  const rule = trainerRules.find(({ when }) => when?.schema === schema);
  if (rule === undefined) throw new Error(`no rule answers ${schema}`);
  return rule.reply;
}
