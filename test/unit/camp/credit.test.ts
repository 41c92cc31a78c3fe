import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assignCredit } from '../../../src/backend/camp/evolution/creditAssignment.ts';
import { gatherEvidence } from '../../../src/backend/camp/evolution/evidence.ts';
import { promptParts, withoutParts } from '../../../src/backend/camp/evolution/promptParts.ts';
import { trainingView } from '../../../src/backend/camp/evolution/trainingView.ts';
import { agentDefinitionSchema, type AgentDefinition } from '../../../src/protocol/agentDefinitions.ts';
import { execute } from '../../support/camp/execute.ts';
import { noTools } from '../../support/camp/noTools.ts';
import { harmful, helpful, measurePlanted, plantedRules, plantedSession, startPlantedServer } from '../../support/camp/plantedPrompt.ts';
import { modelOf } from '../../support/modelServer/client.ts';
import { startModelServer, type ModelServer } from '../../support/modelServer/modelServer.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startPlantedServer({ deviation: 1, points: 3 });
});
afterAll(async () => {
  await server.close();
});

describe('credit by measurement', () => {
  it('ranks a planted harmful sentence first and a planted helpful one last, in nine of ten seeds at least, with a judge that scatters', async () => {
    const seeds = Array.from({ length: 10 }, (_, seed) => seed);
    const measured = await Promise.all(seeds.map(async (seed) => await measurePlanted(server, { seed, maxCalls: 80 })));
    console.log(`credit: right in ${String(measured.filter(({ isRight }) => isRight).length)} of 10 seeds, calls ${measured.map(({ calls }) => calls).join(' ')}`);
    expect(measured.filter(({ isRight }) => isRight).length).toBeGreaterThanOrEqual(9);
    for (const { calls, segments } of measured) {
      expect(calls).toBeLessThanOrEqual(80);
      expect(segments.every(({ method }) => method === 'leave-one-out')).toBe(true);
    }
  });

  it('asks the same again for the same session, so that a journal can answer', async () => {
    const before = server.requests.length;
    await measurePlanted(server, { seed: 3, maxCalls: 40 });
    const first = server.requests.slice(before).map(({ body }) => JSON.stringify(body)).sort();
    await measurePlanted(server, { seed: 3, maxCalls: 40 });
    expect(server.requests.slice(before + first.length).map(({ body }) => JSON.stringify(body)).sort()).toEqual(first);
  });
});

/** Drafts, then words it anew within a branch within a loop, under a system prompt of its own. */
function flowAgent({ draft = 'Read with care. Draft an answer to: {{input}}', system = 'You are an editor.', word = 'Keep to the facts. Use plain words: {{steps.draft}}' } = {}): AgentDefinition {
  const step = { id: 'word', type: 'prompt', system, prompt: word };
  return agentDefinitionSchema.parse({ name: 'A', systemPrompt: 'You are kind.', flow: [
    { id: 'draft', type: 'prompt', prompt: draft },
    { id: 'rounds', type: 'loop', maxRounds: 1, steps: [{ id: 'way', type: 'branch', cases: [{ when: { isEmpty: true }, steps: [{ id: 'none', type: 'merge', parts: ['Nothing.'] }] }], otherwise: [step] }] },
  ] });
}

describe('the parts of an agent with a flow', () => {
  const wordPath = '$.flow[1].steps[0].otherwise[0]';

  it('are those of all its prompts, with their paths', () => {
    const { parts, isWhole } = promptParts(flowAgent(), 12);
    expect(isWhole).toBe(true);
    expect(parts.map(({ path, text }) => [path, text])).toEqual([
      ['$.systemPrompt', 'You are kind.'], ['$.flow[0].prompt', 'Read with care.'], ['$.flow[0].prompt', 'Draft an answer to: {{input}}'],
      [`${wordPath}.system`, 'You are an editor.'], [`${wordPath}.prompt`, 'Keep to the facts.'], [`${wordPath}.prompt`, 'Use plain words: {{steps.draft}}'],
    ]);
  });

  it('are taken together within a prompt and never across two', () => {
    expect(promptParts(flowAgent(), 5).parts.map(({ text }) => text)).toContain('Read with care. Draft an answer to: {{input}}');
    const few = promptParts(flowAgent(), 3);
    expect(few.isWhole).toBe(false);
    expect(few.parts).toHaveLength(3);
  });

  it('go without the places in them, and leave a question behind', () => {
    const definition = flowAgent();
    const { parts } = promptParts(definition, 12);
    const texts = (left: AgentDefinition) => promptParts(left, 12).parts.map(({ text }) => text);
    expect(withoutParts(definition, parts.slice(2, 3)).flow[0]).toMatchObject({ prompt: 'Read with care. {{input}}' });
    expect(withoutParts(definition, parts.slice(1, 3)).flow[0]).toMatchObject({ prompt: '{{input}}' });
    expect(texts(withoutParts(definition, parts.slice(3, 5)))).toEqual(['You are kind.', 'Read with care.', 'Draft an answer to: {{input}}', 'Use plain words: {{steps.draft}}']);
    expect(withoutParts(flowAgent({ draft: 'Say hello.' }), [{ path: '$.flow[0].prompt', text: 'Say hello.', start: 0, end: 10 }]).flow[0]).toMatchObject({ prompt: '{{input}}' });
  });

  it('leave the system prompt out where no step is asked with it', () => {
    const definition = flowAgent();
    definition.flow.splice(0, 1);
    expect(promptParts(definition, 12).parts.some(({ path }) => path === '$.systemPrompt')).toBe(false);
  });

  it('are measured alike: the harmful one of a step within a loop comes first, the helpful one of another step last', async () => {
    const [judge] = plantedRules({ deviation: 0, points: 3 });
    const has = (text: string, ...signs: string[]) => signs.some((sign) => text.includes(sign));
    const own = await startModelServer({ rules: [judge, { reply: ({ system, user }) => ({ text: ['The parcel is on its way.', has(system + user, harmful, 'Solve this') ? 'Solve this riddle first.' : '', has(system + user, helpful, 'is ours') ? 'The next step is ours.' : ''].join(' ') }) }] });
    try {
      const session = plantedSession(1);
      session.lineages[0]!.agents[0]!.definition = flowAgent({ draft: `Read with care. ${helpful} Draft an answer to: {{input}}`, system: `You are an editor. ${harmful}` });
      const model = modelOf(own.url);
      const credit = await assignCredit(gatherEvidence(trainingView(session), 'A'), { trainerModel: model, agentModel: model, judgeModel: model, execute, tools: noTools, maxCalls: 80 }, { signal: new AbortController().signal, onProgress: () => undefined });
      const ranked = [...credit.segments].sort((a, b) => b.blame - a.blame);
      expect(ranked[0]).toMatchObject({ segment: harmful, path: `${wordPath}.system`, method: 'leave-one-out' });
      expect(ranked.at(-1)).toMatchObject({ segment: helpful, path: '$.flow[0].prompt' });
      expect(credit.calls).toBeLessThanOrEqual(80);
    } finally {
      await own.close();
    }
  });
});
