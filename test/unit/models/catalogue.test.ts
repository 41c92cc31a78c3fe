import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findModelSummary, ggufOf, listModels, removeModel } from '../../../src/backend/models/catalogue.ts';
import { homeAt } from '../../../src/backend/platform/workspace.ts';
import { testFolder } from '../../support/testStore.ts';

function makeCatalogue() {
  const root = testFolder();
  const home = homeAt(path.join(root, 'home'));
  const hub = path.join(root, 'hub');
  return { home, hub, init: { home, env: { HF_HUB_CACHE: hub } } };
}

function writeModel(folder: string, architecture = 'LlamaForCausalLM'): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ architectures: [architecture] }));
  writeFileSync(path.join(folder, 'model.safetensors'), 'weights');
}

test('the built-in and the embedding model are listed before they are installed', () => {
  expect(listModels(makeCatalogue().init)).toMatchObject([
    { id: 'smollm2-135m-instruct', source: 'built-in', isInstalled: false, isEmbedding: false },
    { id: 'all-MiniLM-L6-v2', source: 'built-in', isInstalled: false, isEmbedding: true },
  ]);
});

test('models of the home folder and of the hub’s cache are listed with what they can do', () => {
  const { home, hub, init } = makeCatalogue();
  writeModel(path.join(home.models, 'mine', 'hf'));
  writeFileSync(path.join(home.models, 'mine', 'model-f16.gguf'), 'gguf');
  const revision = 'a'.repeat(40);
  writeModel(path.join(hub, 'models--owner--name-1', 'snapshots', revision));
  expect(listModels(init).slice(2)).toMatchObject([
    { id: 'mine', source: 'home', canTrain: true, canAsk: true, architecture: 'LlamaForCausalLM' },
    { id: 'owner/name-1', source: 'hub', canTrain: true, canAsk: false, revision },
  ]);
});

test('a model without an output layer is neither trained nor asked', () => {
  const { home, init } = makeCatalogue();
  writeModel(path.join(home.models, 'encoder', 'hf'), 'BertModel');
  writeFileSync(path.join(home.models, 'encoder', 'model-f16.gguf'), 'gguf');
  expect(findModelSummary(init, 'encoder')).toMatchObject({ isInstalled: true, isEmbedding: true, canEmbed: true, canTrain: false, canAsk: false });
  expect(() => ggufOf(init, 'encoder')).toThrow(expect.objectContaining({ code: 'model_for_embeddings' }));
  writeModel(path.join(home.models, 'gpt2', 'hf'), 'GPT2LMHeadModel');
  expect(findModelSummary(init, 'gpt2')).toMatchObject({ isEmbedding: false, canTrain: true });
});

test('a name with path separators finds nothing', () => {
  const { init } = makeCatalogue();
  for (const name of ['../mine', '..', 'a/../../b', '/etc']) expect(() => findModelSummary(init, name)).toThrow(/no model/);
});

test('asking a model that is not installed gives the command that installs it', () => {
  expect(() => ggufOf(makeCatalogue().init, 'smollm2-135m-instruct')).toThrow(expect.objectContaining({ hint: 'Run: training setup' }));
});

test('a model in the hub’s cache is not ours to remove', async () => {
  const { hub, init } = makeCatalogue();
  writeModel(path.join(hub, 'models--owner--name', 'snapshots', 'b'.repeat(40)));
  await expect(removeModel(init, 'owner/name', true)).rejects.toMatchObject({ code: 'model_not_ours' });
});

test('removing asks for confirmation', async () => {
  const { home, init } = makeCatalogue();
  writeModel(path.join(home.models, 'mine', 'hf'));
  await expect(removeModel(init, 'mine', false)).rejects.toMatchObject({ kind: 'confirmation' });
  await removeModel(init, 'mine', true);
  expect(listModels(init)).toHaveLength(2);
});
