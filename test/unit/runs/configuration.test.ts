import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveConfiguration, type ConfigRequest } from '../../../src/backend/runs/configuration.ts';
import { workspaceAt } from '../../../src/backend/platform/workspace.ts';
import { CampError } from '../../../src/protocol/errors.ts';
import { trainingConfigSchema } from '../../../src/protocol/runs.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'training-camp-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const profile = `name: small
locked:
  model: tiny
  architecture: LlamaForCausalLM
  vocabularySize: 100
  contextLength: 512
defaults:
  learningRate: 0.001
  lora: { rank: 4, alpha: 8 }
`;
const campaign = 'name: night\nprofile: small\noverrides:\n  lora.rank: 6\n  epochs: 5\n';

function write(file: string, text: string): void {
  const target = path.join(root, 'CodeAgents', file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}

function resolve(request: Partial<ConfigRequest> = {}, env: NodeJS.ProcessEnv = {}) {
  return resolveConfiguration(workspaceAt(root), env, { model: null, profile: null, campaign: null, configFile: null, entries: [], ...request }, 'built-in');
}

const set = (key: string, value: string) => ({ key, value, where: '--set', isText: true });

function failureOf(work: () => unknown): CampError {
  try {
    work();
  } catch (error) {
    if (error instanceof CampError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('without any layer everything is a default', () => {
  const { config, sources, model, profile: found } = resolve();
  expect(config).toEqual(trainingConfigSchema.parse({}));
  expect(new Set(Object.values(sources))).toEqual(new Set(['default']));
  expect(sources).toHaveProperty(['lora.rank']);
  expect(model).toBe('built-in');
  expect(found).toBeNull();
});

test('later layers override earlier ones, key by key, and each value knows its layer', () => {
  write('models/small.yaml', profile);
  write('campaigns/night.yaml', campaign);
  write('training.config.json', '{ "epochs": 7, /* why not */ "checkpoints": { "keepLast": 4 }, }');
  const file = path.join(root, 'mine.yaml');
  writeFileSync(file, 'warmupRatio: 0.2\nseed: 3\n');
  const { config, sources, model } = resolve({ campaign: 'night', configFile: file, entries: [set('seed', '9')] }, { ENABLE_PACKING: '0' });
  expect(model).toBe('tiny');
  expect(config).toMatchObject({ learningRate: 0.001, lora: { rank: 6, alpha: 8 }, epochs: 7, checkpoints: { keepLast: 4, everySeconds: 600 }, warmupRatio: 0.2, seed: 9, packing: false });
  expect(sources).toMatchObject({
    learningRate: 'profile', 'lora.rank': 'campaign', 'lora.alpha': 'profile', epochs: 'workspace', 'checkpoints.keepLast': 'workspace',
    'checkpoints.everySeconds': 'default', warmupRatio: 'command', seed: 'command', packing: 'environment',
  });
});

test('a method brings its defaults, below what a person wrote, and the built-in model its recipe', () => {
  const dpo = set('method', 'dpo');
  expect(resolve({ entries: [dpo] })).toMatchObject({
    config: { method: 'dpo', epochs: 2, learningRate: 5e-4, lora: { lastLayers: 10, rank: 16 }, dpo: { beta: 0.1, labelSmoothing: 0, sftWeight: 1 } },
    sources: { method: 'command', epochs: 'method', learningRate: 'method', 'lora.lastLayers': 'method', 'dpo.beta': 'default' },
  });
  expect(resolve({ model: 'other', entries: [dpo] }).config).toMatchObject({ epochs: 1, learningRate: 5e-5, lora: { lastLayers: null } });
  write('models/small.yaml', profile);
  expect(resolve({ model: 'tiny', entries: [dpo, set('epochs', '2')] })).toMatchObject({ config: { epochs: 2, learningRate: 0.001 }, sources: { epochs: 'command', learningRate: 'profile' } });
});

test('data name the method where nobody does', () => {
  expect(resolve({ methodOfData: 'dpo' })).toMatchObject({ config: { method: 'dpo', epochs: 2 }, sources: { method: 'method' } });
  expect(resolve({ methodOfData: 'dpo', entries: [set('method', 'sft')] })).toMatchObject({ config: { method: 'sft', epochs: 3 }, sources: { method: 'command' } });
  expect(resolve({ methodOfData: 'sft' }).sources).toMatchObject({ method: 'default', epochs: 'default' });
});

test('a profile is found by its model', () => {
  write('models/small.yaml', profile);
  expect(resolve({ model: 'tiny' }).profile?.name).toBe('small');
  expect(resolve({ model: 'other' }).profile).toBeNull();
});

test('--set reads numbers, nulls, lists and plain words', () => {
  const { config } = resolve({ entries: [set('maxSteps', '20'), set('maxGradNorm', 'null'), set('device', 'cuda:1'), set('lora.targetModules', 'q_proj,v_proj'), set('learningRate', '1e-3'), set('packing', 'false')] });
  expect(config).toMatchObject({ maxSteps: 20, maxGradNorm: null, device: 'cuda:1', lora: { targetModules: ['q_proj', 'v_proj'] }, learningRate: 0.001, packing: false });
});

describe('refuses, and says where', () => {
  test.each([
    ['a broken JSON file', 'training.config.json', '{\n  "epochs": 3,\n  "seed" 1\n}', 'config_syntax', 'CodeAgents/training.config.json:3:10'],
    ['a broken YAML file', 'models/small.yaml', 'name: small\nlocked: {model: a\n', 'config_syntax', 'CodeAgents/models/small.yaml:3:1'],
    ['a key twice in YAML', 'models/small.yaml', 'name: small\nname: small\n', 'config_syntax', 'CodeAgents/models/small.yaml:2:1'],
    ['an unknown option', 'training.config.json', '{\n  "lora": {\n    "ranks": 4 } }', 'unknown_option', 'CodeAgents/training.config.json:3:5'],
    ['a value out of range', 'training.config.json', '{ "learningRate": 1e6 }', 'invalid_option', 'CodeAgents/training.config.json:1:3'],
    ['a rank of 0', 'training.config.json', '{ "lora": { "rank": 0 } }', 'invalid_option', 'CodeAgents/training.config.json:1:13'],
    ['a profile without its facts', 'models/small.yaml', 'name: small\nlocked:\n  model: tiny\n  contextLength: many\n', 'invalid_profile', 'CodeAgents/models/small.yaml'],
    ['a list where options belong', 'training.config.json', '[1]', 'config_shape', 'CodeAgents/training.config.json'],
  ])('%s', (_name, file, text, code, place) => {
    write(file, text);
    const error = failureOf(() => resolve());
    expect(error).toMatchObject({ code, kind: 'usage' });
    expect(error.message).toContain(place);
  });

  test('an unknown option with the nearest one that exists', () => {
    expect(failureOf(() => resolve({ entries: [set('learningRat', '1')] })).hint).toContain('learningRate');
    expect(failureOf(() => resolve({ entries: [set('rank', '1')] })).hint).toContain('lora.rank');
  });

  test.each([
    ['workspace', () => write('training.config.json', '{ "contextLength": 9 }'), {}],
    ['campaign', () => write('campaigns/night.yaml', 'name: night\nprofile: small\noverrides:\n  model: other\n'), { campaign: 'night' }],
    ['command', () => undefined, { profile: 'small', model: 'other' }],
    ['command', () => undefined, { profile: 'small', entries: [set('vocabularySize', '5')] }],
  ])('a locked key in the %s layer', (layer, prepare, request) => {
    write('models/small.yaml', profile);
    prepare();
    const error = failureOf(() => resolve({ profile: 'small', ...request }));
    expect(error).toMatchObject({ code: 'locked_key', details: { layer, profile: 'small' } });
    expect(error.message).toContain(layer);
  });

  test('naming the locked model itself is no override', () => {
    write('models/small.yaml', profile);
    expect(resolve({ profile: 'small', model: 'tiny' }).model).toBe('tiny');
  });

  test('a value in a lower layer even where a higher one hides it', () => {
    write('training.config.json', '{ "epochs": -1 }');
    expect(failureOf(() => resolve({ entries: [set('epochs', '2')] })).code).toBe('invalid_option');
  });

  test.each(['../../etc/passwd', 'a/b', '..', 'C:\\x', 'x\u001b[31m'])('a profile or campaign named %j', (name) => {
    expect(failureOf(() => resolve({ profile: name })).code).toBe('invalid_name');
    expect(failureOf(() => resolve({ campaign: name })).code).toBe('invalid_name');
  });

  test('a campaign of another profile, a profile that is not there, two profiles of one model', () => {
    write('models/small.yaml', profile);
    write('campaigns/night.yaml', campaign);
    expect(failureOf(() => resolve({ campaign: 'night', profile: 'large' })).code).toBe('campaign_profile');
    expect(failureOf(() => resolve({ profile: 'large' }))).toMatchObject({ code: 'profile_not_found', kind: 'notFound', hint: 'There are: small.' });
    write('models/twin.yaml', profile.replace('name: small', 'name: twin'));
    expect(failureOf(() => resolve({ model: 'tiny' })).code).toBe('ambiguous_profile');
  });

  test('a nonsensical ENABLE_PACKING', () => {
    expect(failureOf(() => resolve({}, { ENABLE_PACKING: 'maybe' })).code).toBe('invalid_option');
  });

  test('a key that is called like a part of every object', () => {
    write('training.config.json', '{ "__proto__": { "epochs": 1 }, "constructor": 1 }');
    expect(failureOf(() => resolve()).code).toBe('unknown_option');
  });
});
