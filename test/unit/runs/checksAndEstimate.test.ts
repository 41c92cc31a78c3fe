import { describe, expect, test } from 'vitest';
import type { BaseModel, LinearModule } from '../../../src/backend/models/identity.ts';
import { checkAgainstModel, checkData, checkProfile, methodOfData } from '../../../src/backend/runs/checks.ts';
import { adapterParameters, estimateRun, memoryOf, type EarlierRun } from '../../../src/backend/runs/estimate.ts';
import { datasetIdSchema } from '../../../src/protocol/ids.ts';
import { trainingConfigSchema } from '../../../src/protocol/runs.ts';

const layers = 4;
const names = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];
const linearModules: LinearModule[] = Array.from({ length: layers }, (_, layer) => names.map((name) => ({ name: `model.layers.${layer}.x.${name}`, layer, inputs: 10, outputs: 20 }))).flat();
const model: BaseModel = {
  identity: { id: 'tiny', path: '/m', architecture: 'LlamaForCausalLM', revision: null, sha256: 'a', tokenizerSha256: 'b', templateSha256: null, vocabularySize: 100, layers, contextLength: 512, parameters: 1_000_000 },
  shape: { layers, hiddenSize: 10, intermediateSize: 20, heads: 2, keyValueHeads: 1, headSize: 5 },
  linearModules,
};
const config = (changes: Record<string, unknown>) => trainingConfigSchema.parse({ maxLength: 512, ...changes });
const data = { id: datasetIdSchema.parse('ds_a'), name: 'a', version: 1, format: 'openai_chat' as const, rows: 10, train: 8, validation: 1, tokens: 100, sha256: 'x', path: '/d' };

describe('before a start', () => {
  test.each([
    ['a module that the model has not', 'unknown_module', { lora: { targetModules: ['q_porj'] } }],
    ['more layers than there are', 'too_many_layers', { lora: { lastLayers: 5 } }],
    ['documents longer than the context', 'max_length_too_long', { maxLength: 513 }],
  ])('refuses %s', (_name, code, changes) => {
    expect(() => checkAgainstModel(config(changes), model)).toThrow(expect.objectContaining({ code, kind: 'usage' }));
  });

  test('takes modules by the end of their name, as PEFT does', () => {
    expect(() => checkAgainstModel(config({ lora: { targetModules: ['q_proj', 'x.v_proj', 'layers.3.x.o_proj'] } }), model)).not.toThrow();
    expect(() => checkAgainstModel(config({ lora: { targetModules: ['proj'] } }), model)).toThrow(expect.objectContaining({ code: 'unknown_module' }));
  });

  test.each([
    ['dataset_format', 'sft' as const, { format: 'preference_strings' as const }],
    ['dataset_format', 'dpo' as const, {}],
    ['dataset_empty', 'sft' as const, { rows: 0, train: 0 }],
    ['train_split_empty', 'dpo' as const, { format: 'preference_messages' as const, train: 0 }],
  ])('refuses data: %s with %s', (code, method, changes) => {
    expect(() => checkData({ ...data, ...changes }, method)).toThrow(expect.objectContaining({ code, kind: 'usage' }));
  });

  test.each([
    ['openai_chat', 'sft'],
    ['preference_messages', 'dpo'],
    ['kto', null],
  ] as const)('knows the method for data of format %s', (format, method) => {
    expect(methodOfData({ ...data, format })).toBe(method);
  });

  test.each([
    ['architecture', { architecture: 'MistralForCausalLM' }],
    ['vocabularySize', { vocabularySize: 7 }],
    ['contextLength', { contextLength: 7 }],
  ])('refuses a model that is not what its profile locks: %s', (key, change) => {
    const facts = { model: 'tiny', architecture: 'LlamaForCausalLM', vocabularySize: 100, contextLength: 512 };
    expect(() => checkProfile({ name: 'p', locked: facts, defaults: {} }, model)).not.toThrow();
    expect(() => checkProfile({ name: 'p', locked: { ...facts, ...change }, defaults: {} }, model)).toThrow(expect.objectContaining({ code: 'profile_mismatch', details: expect.objectContaining({ key }) }));
  });
});

describe('the estimate', () => {
  const earlier = (changes: Partial<EarlierRun> = {}): EarlierRun => ({ method: 'sft', device: 'cpu', tokensPerSecond: 100, lastLayers: null, tokenRatio: null, overheadSeconds: null, ...changes });
  const estimate = (changes: Record<string, unknown>, runs: EarlierRun[] = []) => estimateRun({ config: config(changes), model, tokensPerEpoch: 10_000, earlier: runs, available: { memory: 'system', bytes: 4e9 } });

  test('counts steps by tokens and stops at maxSteps', () => {
    expect(estimate({ epochs: 3, tokensPerStep: 1024 })).toMatchObject({ steps: 30, tokens: 30_000, seconds: null, fits: true, costUsd: 0 });
    expect(estimate({ epochs: 3, tokensPerStep: 1024, maxSteps: 5 })).toMatchObject({ steps: 5, tokens: 5000 });
    expect(estimate({ epochs: 0.5, tokensPerStep: 1024 })).toMatchObject({ steps: 5 });
  });

  test('takes the time from the newest earlier run of the device', () => {
    expect(estimate({ epochs: 1 }, [earlier(), earlier({ tokensPerSecond: 5 })]).seconds).toBe(100);
    expect(estimate({ epochs: 1, device: 'cpu' }, [earlier({ device: 'cuda:0', tokensPerSecond: 5 }), earlier()]).seconds).toBe(100);
    expect(estimate({ epochs: 1, device: 'cuda' }, [earlier()]).seconds).toBeNull();
  });

  test('adds what an earlier run spent outside of its steps', () => {
    expect(estimate({ epochs: 1 }, [earlier(), earlier({ overheadSeconds: 7 })]).seconds).toBe(107);
  });

  test('counts the reference of preferences as a forward pass, until a run of preferences says what it takes', () => {
    expect(estimate({ epochs: 1, method: 'dpo' }, [earlier()]).seconds).toBe(150);
    expect(estimate({ epochs: 1, method: 'dpo' }, [earlier({ method: 'dpo', overheadSeconds: 40 })]).seconds).toBe(140);
  });

  test('scales an earlier run by the layers that are trained', () => {
    const half = estimate({ epochs: 1, lora: { lastLayers: 2 } }, [earlier()]).seconds;
    expect(half).toBe(75);
  });

  test('corrects the token count by what earlier runs counted', () => {
    expect(estimate({ epochs: 1 }, [earlier({ tokenRatio: 2 }), earlier({ tokenRatio: 1.5 }), earlier({ tokenRatio: 1 })]).tokens).toBe(15_000);
  });

  test('says when it does not fit, and nothing where the memory is not known', () => {
    const available = { memory: 'gpu' as const, bytes: 1000 };
    expect(estimateRun({ config: config({}), model, tokensPerEpoch: 1, earlier: [], available })).toMatchObject({ fits: false, comparedWith: available });
    expect(estimateRun({ config: config({}), model, tokensPerEpoch: 1, earlier: [], available: null })).toMatchObject({ fits: null, comparedWith: null });
  });

  test('an adapter has rank times the sides of each layer it sits on', () => {
    expect(adapterParameters(config({ lora: { rank: 4 } }), model)).toBe(4 * 30 * 7 * 4);
    expect(adapterParameters(config({ lora: { rank: 4, lastLayers: 1 } }), model)).toBe(4 * 30 * 7);
    expect(adapterParameters(config({ lora: { rank: 4, targetModules: ['q_proj'] } }), model)).toBe(4 * 30 * 4);
  });

  test('memory grows with the batch and shrinks with checkpointing, fewer layers and bf16', () => {
    const base = memoryOf(config({ tokensPerStep: 65_536 }), model);
    expect(memoryOf(config({ tokensPerStep: 131_072 }), model)).toBeGreaterThan(base);
    for (const less of [{ gradientCheckpointing: 'on' }, { lora: { lastLayers: 1 } }, { precision: 'bf16' }, { microBatchTokens: 1024 }]) {
      expect(memoryOf(config({ tokensPerStep: 65_536, ...less }), model)).toBeLessThan(base);
    }
  });
});
