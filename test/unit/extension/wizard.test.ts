import { expect, test } from 'vitest';
import { parseValue, problemOf } from '../../../src/extension/wizard/optionValue.ts';
import { presets, withOption } from '../../../src/extension/wizard/presets.ts';
import { changedOptions, fitBadge, previewFacts } from '../../../src/extension/wizard/previewFacts.ts';
import { configKeys, findConfigKey } from '../../../src/protocol/configKeys.ts';
import { startResultSchema } from '../../../src/protocol/runResults.ts';
import { trainingConfigSchema } from '../../../src/protocol/runs.ts';

const plan = startResultSchema.parse({
  runId: null, jobId: null, state: null, path: null, model: 'smol', profile: null, campaign: null, dataset: { id: 'ds_a', name: 'tickets', version: 2, train: 100, validation: 10 },
  estimate: { tokens: 12_345, steps: 60, seconds: 90, memoryBytes: 2e9, fits: true, comparedWith: { memory: 'system', bytes: 16e9 }, costUsd: 0 },
  config: trainingConfigSchema.parse({ epochs: 1, lora: { lastLayers: 4 } }),
  configSources: { 'epochs': 'command', 'lora.lastLayers': 'profile', 'seed': 'default' }, configReasons: {}, configHash: '', worker: null, workerProblem: null,
});

test('every option of every preset exists and takes its value', () => {
  for (const { set } of presets) {
    for (const { key, value } of set) expect([key, findConfigKey(key)?.schema.safeParse(value).success]).toEqual([key, true]);
  }
});

test('an option that is set again replaces the first', () => {
  expect(withOption([{ key: 'epochs', value: 1 }, { key: 'seed', value: 2 }], { key: 'epochs', value: 3 })).toEqual([{ key: 'seed', value: 2 }, { key: 'epochs', value: 3 }]);
});

test.each([['3', 3], ['0.5', 0.5], ['true', true], ['null', null], [' bf16 ', 'bf16'], ['', ''], ['1e-4', 1e-4]])('%j typed is %j', (typed, value) => {
  expect(parseValue(typed)).toBe(value);
});

test('a value is judged by the schema’s own words', () => {
  const option = (key: string) => configKeys.find((one) => one.key === key) ?? configKeys[0];
  const judge = (key: string, text: string) => {
    const found = option(key);
    if (found === undefined) throw new Error(key);
    return problemOf(found, text);
  };
  expect(judge('epochs', '3')).toBeUndefined();
  expect(judge('epochs', 'many')).toContain('number');
  expect(judge('device', 'gpu')).toBe('takes auto, cpu, mps, cuda or cuda:N');
  expect(judge('lora.targetModules', 'q_proj, v_proj')).toBeUndefined();
});

test('the preview says what happens, and each option that is not at its default with its layer', () => {
  expect(previewFacts(plan).map(([, value]) => value)).toEqual([
    'smol', 'tickets, version 2: 100 rows to train on, 10 to validate on', 'none: model and data are on this machine', '60 steps, about 12.3k tokens', 'about 1 min 30 s', 'fits: 2.0 GB of 16.0 GB', 'none: it trains on this machine',
  ]);
  expect(changedOptions(plan)).toEqual([{ key: 'epochs', value: '1', layer: 'chosen here' }, { key: 'lora.lastLayers', value: '4', layer: 'profile' }]);
  const explained = { ...plan, configReasons: { epochs: 'because a pass has 3 steps' } };
  expect(changedOptions(explained)[0]).toEqual({ key: 'epochs', value: '1', layer: 'chosen here, because a pass has 3 steps' });
});

test('a badge says whether it fits, and that it is not known', () => {
  expect(fitBadge({ ...plan.estimate, fits: false }).text).toBe('does not fit: 2.0 GB needed, 16.0 GB there');
  expect(fitBadge({ ...plan.estimate, fits: null, memoryBytes: null, comparedWith: null }).text).toBe('fit not known');
});
