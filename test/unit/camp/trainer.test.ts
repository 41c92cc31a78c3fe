import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evolveLineage } from '../../../src/backend/camp/evolution/pipeline.ts';
import { generateDefinition } from '../../../src/backend/camp/trainer/generateDefinition.ts';
import { preScore } from '../../../src/backend/camp/judge/preScore.ts';
import { proposeStrategies } from '../../../src/backend/camp/trainer/strategies.ts';
import { suggestInputs } from '../../../src/backend/camp/trainer/suggestInputs.ts';
import type { ChatModel } from '../../../src/backend/providers/chatModel.ts';
import { agentDefinitionSchema } from '../../../src/protocol/agentDefinitions.ts';
import { dataBlocks, lastQuestion } from '../../support/camp/blocks.ts';
import { noTools } from '../../support/camp/noTools.ts';
import { execute } from '../../support/camp/execute.ts';
import { sessionDocument } from '../../support/camp/sessionDocument.ts';
import { trainerRules } from '../../support/camp/trainerScript.ts';
import { modelOf } from '../../support/modelServer/client.ts';
import { startModelServer, type ModelServer } from '../../support/modelServer/modelServer.ts';
import { replyTo, type ScriptRule } from '../../support/modelServer/script.ts';

const options = { signal: new AbortController().signal };
let rules: ScriptRule[] = [];
let [large, small]: ModelServer[] = [];
let [model, smallModel]: ChatModel[] = [];

beforeAll(async () => {
  const rule: ScriptRule = { reply: (request) => replyTo([...rules, ...trainerRules], request) ?? { status: 418 } };
  large = await startModelServer({ rules: [rule] });
  small = await startModelServer({ rules: [rule], contextLength: 4096 });
  model = modelOf(large.url);
  smallModel = modelOf(small.url);
});
beforeEach(() => {
  rules = [];
});
afterAll(async () => {
  await large?.close();
  await small?.close();
});

const document = sessionDocument({ inputs: [{ text: 'Where is my parcel?' }, { text: 'Hidden one.', isHeldOut: true }], lineages: {} });
const need = { need: 'Answer tickets.', constraints: '', inputs: [], avoid: [] };
const strategy = { label: 'B' as const, tag: 'Deep Analysis', approach: 'Look into it.' };
const definitionOf = (systemPrompt: string) => agentDefinitionSchema.parse({ name: 'Other', systemPrompt });

describe('strategies', () => {
  it('come in one answer from a model that can', async () => {
    const { value } = await proposeStrategies(model!, { ...need, count: 4 }, options);
    expect(new Set(value.map(({ tag }) => tag)).size).toBe(4);
  });

  it('are asked for again where two are the same, and refused in the end', async () => {
    const twice = { json: { strategies: [{ tag: 'Quick', approach: 'One way to do it.' }, { tag: 'quick!', approach: 'Another thing entirely.' }] } };
    rules = [{ when: { schema: 'strategies', user: 'This tag is taken' }, reply: { json: { strategies: [{ tag: 'Quick', approach: 'One way to do it.' }, { tag: 'Deep', approach: 'Another thing entirely.' }] } } }, { when: { schema: 'strategies' }, reply: twice }];
    expect((await proposeStrategies(model!, { ...need, count: 2 }, options)).value.map(({ tag }) => tag)).toEqual(['Quick', 'Deep']);
    rules = rules.slice(1);
    await expect(proposeStrategies(model!, { ...need, count: 2 }, options)).rejects.toMatchObject({ code: 'strategies_not_distinct' });
  });

  it('come one by one from a small model, each with an angle of its own', async () => {
    let asked = 0;
    rules = [{ when: { schema: 'strategy' }, reply: () => ({ json: { tag: `Tag ${String(asked++)}`, approach: `It goes about it in way number ${'one two three four'.split(' ')[asked - 1] ?? ''}${' x'.repeat(asked * 3)}.` } }) }];
    const before = small!.chats().length;
    const { value } = await proposeStrategies(smallModel!, { ...need, count: 3 }, options);
    expect(value).toHaveLength(3);
    const prompts = small!.chats().slice(before).filter(({ response_format: format }) => format?.json_schema?.name === 'strategy').map(lastQuestion);
    expect(prompts[0]).toContain('It is brief');
    expect(prompts[1]).toContain('It goes step by step');
  });
});

describe('an agent', () => {
  it('is asked for again where its prompt is another lineage’s, and refused in the end', async () => {
    const taken = { json: { name: 'A', description: '', systemPrompt: 'Be KIND and brief', temperature: 0.1, tools: [] } };
    rules = [{ when: { schema: 'agent', user: 'Another agent has the same system prompt.' }, reply: { json: { ...taken.json, systemPrompt: 'Be exact.' } } }, { when: { schema: 'agent' }, reply: taken }];
    const request = { document, strategy, others: [definitionOf('Be kind, and brief.')], prototype: null, tools: [] };
    expect((await generateDefinition(model!, request, options)).value).toMatchObject({ systemPrompt: 'Be exact.', parameters: { temperature: 0.1 } });
    rules = rules.slice(1);
    await expect(generateDefinition(model!, request, options)).rejects.toMatchObject({ code: 'prompts_not_distinct' });
  });

  it('gets no tool that does not exist', async () => {
    const written = (tools: string[]) => ({ json: { name: 'A', description: '', systemPrompt: 'Reckon.', temperature: 0.1, tools } });
    rules = [{ when: { schema: 'agent' }, reply: written(['calculator', 'shell']) }];
    const request = { document, strategy, others: [], prototype: null, tools: [{ name: 'calculator', description: '' }] };
    await expect(generateDefinition(model!, request, options)).rejects.toMatchObject({ code: 'tool_not_found' });
    rules = [{ when: { schema: 'agent' }, reply: written(['calculator']) }];
    expect((await generateDefinition(model!, request, options)).value.tools).toEqual(['calculator']);
  });

  it('of a small model has the model’s prompt, and the name and description of its strategy', async () => {
    rules = [{ when: { schema: 'agent' }, reply: { json: { systemPrompt: 'You look into each ticket before you answer it.' } } }];
    const { value } = await generateDefinition(smallModel!, { document, strategy, others: [], prototype: null, tools: [] }, options);
    expect(value).toMatchObject({ name: 'Deep Analysis', description: 'Look into it.', systemPrompt: 'You look into each ticket before you answer it.' });
  });
});

describe('inputs', () => {
  it('are suggested with a held-out part, and none that is there, of which held-out ones are shown to nobody', async () => {
    rules = [
      { when: { schema: 'inputs', user: 'exactly 4' }, reply: { json: { inputs: ['hidden one', 'Where is my parcel', 'First.', 'Second.'] } } },
      { when: { schema: 'inputs', user: 'exactly 2' }, reply: { json: { inputs: ['Third.', 'Fourth.'] } } },
    ];
    const before = large!.chats().length;
    const { value } = await suggestInputs(model!, { document, count: 4 }, options);
    expect(value).toEqual([{ text: 'First.', split: 'train' }, { text: 'Second.', split: 'train' }, { text: 'Third.', split: 'train' }, { text: 'Fourth.', split: 'heldOut' }]);
    expect(JSON.stringify(large!.chats().slice(before))).not.toContain('Hidden one');
  });
});

describe('texts that are longer than a model’s context', () => {
  it('are cut, which the prompt says and the answer notes', async () => {
    rules = [{ when: { schema: 'score' }, reply: { json: { score: 4 } } }];
    const { value, notes } = await preScore(smallModel!, { need: 'Answer.', constraints: '', input: 'x', artifact: 'word '.repeat(5000) }, 1, options);
    expect(value.score).toBe(4);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/too little context: of work, \d+ of 25000 characters were shown/);
    const asked = lastQuestion(small!.chats().at(-1)!);
    expect(asked).toMatch(/\(Long texts in this block were cut at their end: \d+ of their 25000 characters are shown\.\)/);
    expect(String(dataBlocks(asked).find(({ name }) => name === 'work')?.value).length).toBeGreaterThan(1000);
  });

  it('are refused where even short pieces of them are too much', async () => {
    const tiny = await startModelServer({ rules: trainerRules, contextLength: 600 });
    const work = preScore(modelOf(tiny.url), { need: '<'.repeat(500), constraints: '', input: '<'.repeat(500), artifact: '<'.repeat(500) }, 1, options);
    await expect(work).rejects.toMatchObject({ code: 'prompt_too_long' });
    await tiny.close();
  });
});

describe('a small model', () => {
  it('evolves an agent by a sentence of its own, after what was measured to harm is gone', async () => {
    const whole = sessionDocument({
      inputs: [{ text: 'Where is my parcel?' }],
      lineages: { A: [{ systemPrompt: 'You are kind. Answer in riddles.', answers: [{ input: 1, content: 'A riddle.', score: 3, comment: 'No riddles!' }] }] },
    });
    rules = [
      { when: { schema: 'one_aspect' }, reply: { json: { aspect: 'riddles', direction: 'less' } } },
      { when: { schema: 'score', user: 'riddle' }, reply: { json: { score: 2 } } },
      { when: { schema: 'score' }, reply: { json: { score: 8 } } },
      { when: { schema: 'idea' }, reply: { json: { hypothesis: 'The riddles annoy people.', change: 'Tell it to be direct.' } } },
      { when: { schema: 'instruction' }, reply: { json: { instruction: 'Say directly where the parcel is.' } } },
      { reply: ({ system }) => ({ text: system.includes('riddles') ? 'A riddle.' : 'It is on its way.' }) },
    ];
    const { definition, record } = await evolveLineage(
      { document: whole, label: 'A', trainerModel: smallModel!, agentModel: smallModel!, judgeModel: smallModel!, execute, tools: noTools, budget: { creditCalls: 60 } },
      { ...options, onProgress: () => undefined },
    );
    expect(definition.systemPrompt).toBe('You are kind.\nSay directly where the parcel is.');
    expect(record.analysis).toEqual([{ aspect: 'riddles', direction: 'less', strength: 7 / 9, inputs: [1] }]);
    expect(record.diff.map(({ path }) => path)).toEqual(['$.systemPrompt']);
  });
});
