import { describe, expect, it } from 'vitest';
import { applyDiff, asJson, definitionDiff } from '../../../src/backend/camp/evolution/definitionDiff.ts';
import { agentDefinitionSchema, type AgentDefinition } from '../../../src/protocol/agentDefinitions.ts';
import { canonicalJson } from '../../../src/common/canonicalJson.ts';
import type { Json } from '../../../src/protocol/json.ts';

const agent = (more: Partial<AgentDefinition> = {}) => agentDefinitionSchema.parse({ name: 'A', systemPrompt: 'Be kind.', ...more });

describe('the diff of two definitions', () => {
  it('is empty of equal ones, in whatever order their keys are', () => {
    expect(definitionDiff(agent({ memory: { a: 1, b: 2 } }), agent({ memory: { b: 2, a: 1 } }))).toEqual([]);
  });

  it('names what changed by its path', () => {
    const before = agent({ parameters: { temperature: 0.2 }, flow: [{ id: 'a', type: 'prompt', prompt: 'Old' }] });
    const after = agent({ systemPrompt: 'Be exact.', parameters: { temperature: 0.4, seed: 1 }, flow: [{ id: 'a', type: 'prompt', prompt: 'New' }] });
    expect(definitionDiff(before, after)).toEqual([
      { path: '$.systemPrompt', before: 'Be kind.', after: 'Be exact.' },
      { path: '$.flow[0].prompt', before: 'Old', after: 'New' },
      { path: '$.parameters.temperature', before: 0.2, after: 0.4 },
      { path: '$.parameters.seed', before: null, after: 1 },
    ]);
  });

  it('tells an array of another length, and a null that came or went, as a whole', () => {
    expect(definitionDiff(agent({ tools: ['a'] }), agent({ tools: ['a', 'b'] }))).toEqual([{ path: '$.tools', before: ['a'], after: ['a', 'b'] }]);
    expect(definitionDiff(agent({ memory: {} }), agent({ memory: { a: null } }))).toEqual([{ path: '$.memory', before: {}, after: { a: null } }]);
  });

  it('gives the new definition when applied to the old one, whatever the two are', () => {
    const random = generator(7);
    for (let round = 0; round < 3000; round++) {
      const [before, after] = [anyAgent(random), anyAgent(random)];
      const mixed = random() < 0.5 ? { ...before, memory: after.memory, flow: after.flow } : after;
      expect(canonicalJson(applyDiff(asJson(before), definitionDiff(before, mixed)))).toBe(canonicalJson(asJson(mixed)));
    }
  });
});

/** A small linear congruential generator: the same numbers in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

const keys = ['a', 'b', 'x y', '', '0', '__proto__', 'constructor', '"', '\\', '].', 'é', '$'];

function anyJson(random: () => number, depth: number): Json {
  const kind = Math.floor(random() * (depth > 0 ? 7 : 5));
  if (kind === 0) return null;
  if (kind === 1) return random() < 0.5;
  if (kind === 2) return Math.floor(random() * 3);
  if (kind < 5) return ['', 'text', '"q"'][Math.floor(random() * 3)]!;
  if (kind === 5) return Array.from({ length: Math.floor(random() * 3) }, () => anyJson(random, depth - 1));
  return anyObject(random, depth - 1);
}

function anyObject(random: () => number, depth: number): Record<string, Json> {
  return Object.fromEntries(Array.from({ length: Math.floor(random() * 4) }, () => [keys[Math.floor(random() * keys.length)]!, anyJson(random, depth)]));
}

function anyAgent(random: () => number): AgentDefinition {
  return {
    name: 'A', description: '', systemPrompt: random() < 0.5 ? 'one' : 'two',
    tools: random() < 0.5 ? [] : ['a', { name: 'b', more: anyJson(random, 2) }],
    flow: Array.from({ length: Math.floor(random() * 3) }, (_, index) => ({ id: String(index), type: 'prompt', ...anyObject(random, 2) })),
    memory: anyObject(random, 3),
    parameters: random() < 0.5 ? {} : { temperature: 0.5 },
  };
}
