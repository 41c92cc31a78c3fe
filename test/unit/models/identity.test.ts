import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveModel } from '../../../src/backend/models/resolveModel.ts';
import { homeAt } from '../../../src/backend/platform/workspace.ts';
import { writeModelFolder } from '../../support/modelFolder.ts';

let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'training-camp-'));
  folder = path.join(root, 'model');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const resolve = (name: string, env: NodeJS.ProcessEnv = {}) => resolveModel(name, { home: homeAt(path.join(root, 'home')), env, roots: [root] });

test('reads what a model is without loading it', async () => {
  writeModelFolder(folder);
  const { identity, shape, linearModules } = await resolve('model');
  expect(identity).toMatchObject({ id: 'model', path: folder, architecture: 'LlamaForCausalLM', vocabularySize: 100, layers: 2, contextLength: 512, revision: null });
  expect(identity.parameters).toBe(100 * 8 + 8 + 2 * (64 + 32 + 32 + 64 + 3 * 128 + 8));
  expect(identity.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(identity.templateSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(shape).toEqual({ layers: 2, hiddenSize: 8, intermediateSize: 16, heads: 2, keyValueHeads: 1, headSize: 4 });
  expect(linearModules).toHaveLength(14);
  expect(linearModules).toContainEqual({ name: 'model.layers.1.mlp.down_proj', layer: 1, inputs: 16, outputs: 8 });
});

test('other weights are another model, also when the size is the same', async () => {
  writeModelFolder(folder);
  const before = (await resolve('model')).identity.sha256;
  const other = path.join(root, 'other');
  writeModelFolder(other);
  expect((await resolve('other')).identity.sha256).toBe(before);
  const weights = path.join(folder, 'model.safetensors');
  const { readFileSync } = await import('node:fs');
  const bytes = readFileSync(weights);
  bytes[bytes.length - 1] = 1;
  writeFileSync(`${weights}.new`, bytes);
  renameSync(`${weights}.new`, weights);
  utimesSync(weights, 1, 1);
  expect((await resolve('model')).identity.sha256).not.toBe(before);
});

test('finds a model under the home folder and one in the hub’s cache', async () => {
  writeModelFolder(path.join(root, 'home', 'models', 'mine', 'hf'));
  expect((await resolve('mine')).identity.path).toBe(path.join(root, 'home', 'models', 'mine', 'hf'));
  const revision = 'a'.repeat(40);
  const cached = path.join(root, 'hub', 'models--owner--name');
  writeModelFolder(path.join(cached, 'snapshots', revision));
  mkdirSync(path.join(cached, 'refs'));
  writeFileSync(path.join(cached, 'refs', 'main'), revision);
  expect((await resolve('owner/name', { HF_HUB_CACHE: path.join(root, 'hub') })).identity).toMatchObject({ id: 'owner/name', revision });
});

describe('refuses', () => {
  test.each([
    ['weights that are a pickle', 'model_pickle', () => { writeModelFolder(folder); rmSync(path.join(folder, 'model.safetensors')); writeFileSync(path.join(folder, 'pytorch_model.bin'), 'x'); }],
    ['a model with code of its own', 'model_runs_code', () => writeModelFolder(folder, { config: { auto_map: { AutoModel: 'evil.Model' } } })],
    ['a tokenizer with code of its own', 'model_runs_code', () => writeModelFolder(folder, { tokenizerConfig: { auto_map: { AutoTokenizer: ['evil.T', null] } } })],
    ['a folder without weights', 'model_no_weights', () => { writeModelFolder(folder); rmSync(path.join(folder, 'model.safetensors')); }],
    ['a folder without a tokenizer', 'model_no_tokenizer', () => { writeModelFolder(folder); rmSync(path.join(folder, 'tokenizer.json')); }],
    ['weights that are damaged', 'model_damaged', () => { writeModelFolder(folder); writeFileSync(path.join(folder, 'model.safetensors'), '<html>not found</html>'); }],
    ['a header that claims to be enormous', 'model_damaged', () => { writeModelFolder(folder); writeFileSync(path.join(folder, 'model.safetensors'), Buffer.alloc(64, 0xff)); }],
    ['a configuration that is not JSON', 'model_damaged', () => { writeModelFolder(folder); writeFileSync(path.join(folder, 'config.json'), '{'); }],
    ['a configuration of something else', 'model_not_a_model', () => { mkdirSync(folder); writeFileSync(path.join(folder, 'config.json'), '{"a":1}'); }],
    ['a model without a shape', 'model_unsupported', () => writeModelFolder(folder, { config: { hidden_size: 'big' } })],
    ['nothing at all', 'model_not_found', () => undefined],
  ])('%s', async (_name, code, prepare) => {
    prepare();
    await expect(resolve('model')).rejects.toMatchObject({ code, kind: code === 'model_not_found' ? 'notFound' : 'usage' });
  });

  test('a name that would leave the hub’s cache', async () => {
    writeModelFolder(path.join(root, 'hub', 'secret'));
    await expect(resolve('../secret', { HF_HUB_CACHE: path.join(root, 'hub', 'x') })).rejects.toMatchObject({ code: 'model_not_found' });
    await expect(resolve('a/..', { HF_HUB_CACHE: path.join(root, 'hub') })).rejects.toMatchObject({ code: 'model_not_found' });
  });
});

test('a link to a model is the model', async () => {
  writeModelFolder(folder);
  symlinkSync(folder, path.join(root, 'link'), 'junction');
  expect((await resolve('link')).identity.sha256).toBe((await resolve('model')).identity.sha256);
});
