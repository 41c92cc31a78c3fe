import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { adapterFiles } from '../../../src/backend/adapters/adapterFolder.ts';
import { copyAdapter, storeAdapter, type AdapterPlace } from '../../../src/backend/adapters/register.ts';
import { readAdapterFolder } from '../../../src/backend/adapters/adapterFolder.ts';
import { allAdapters, removeAdapter, requireAdapter, showAdapter } from '../../../src/backend/adapters/shelf.ts';
import { workspaceAt } from '../../../src/backend/platform/workspace.ts';
import type { AdapterSummary } from '../../../src/protocol/adapters.ts';
import { writeAdapter } from '../../support/adapterFiles.ts';
import { testFolder, testStore } from '../../support/testStore.ts';

const provenance = {
  source: 'import' as const, importedFrom: '/x', baseRevision: null, baseTokenizerSha256: null, baseTemplateSha256: null,
  baseVocabularySize: null, dataset: null, method: null, configHash: null, gitCommit: null, rank: 2, alpha: 4,
  targetModules: ['q_proj'], ggufSha256: null,
};

async function add(place: AdapterPlace, name: string, changes: Partial<Pick<AdapterSummary, 'agent' | 'state'>> = {}): Promise<AdapterSummary> {
  const source = await readAdapterFolder(writeAdapter(path.join(place.workspace.root, 'source')));
  const { id, content } = await copyAdapter(place, source, []);
  return storeAdapter(place, {
    id, name, runId: null, agent: null, state: 'candidate', baseModel: 'm', baseSha256: 'b', sha256: content.sha256, hasGguf: false,
    sizeBytes: content.sizeBytes, path: content.folder, created: place.store.clock.now().toISOString(), provenance, ...changes,
  });
}

function makePlace(): AdapterPlace {
  const workspace = workspaceAt(testFolder());
  mkdirSync(workspace.training, { recursive: true });
  return { workspace, store: testStore(workspace.training).store };
}

test('versions count up under a name, and the name means the newest', async () => {
  const place = makePlace();
  const first = await add(place, 'bugs');
  const second = await add(place, 'bugs');
  expect([first.version, second.version]).toEqual([1, 2]);
  expect(requireAdapter(place, 'bugs').id).toBe(second.id);
  expect(requireAdapter(place, 'bugs@1').id).toBe(first.id);
  expect(requireAdapter(place, first.id).id).toBe(first.id);
});

test('the beginning of an id and latest name an adapter', async () => {
  const place = makePlace();
  const first = await add(place, 'bugs');
  expect(requireAdapter(place, first.id.slice(0, -2)).id).toBe(first.id);
  expect(requireAdapter(place, first.id.slice('ad_'.length)).id).toBe(first.id);
  expect(requireAdapter(place, 'latest').id).toBe(first.id);
  await add(place, 'calls');
  expect(() => requireAdapter(place, 'ad_2')).toThrow(/no adapter/);
});

test('an adapter’s folder has the files that were checked, and nothing else', async () => {
  const place = makePlace();
  const adapter = await add(place, 'bugs');
  expect(path.dirname(adapter.path)).toBe(place.workspace.adapters);
  expect(adapterFiles.filter((name) => existsSync(path.join(adapter.path, name)))).toEqual(['adapter_model.safetensors', 'adapter_config.json']);
  expect(showAdapter(place, 'bugs')).toMatchObject({ provenance, preference: null });
});

test('a name that several agents have asks for an id', async () => {
  const place = makePlace();
  await add(place, 'bugs', { agent: 'A' });
  await add(place, 'bugs', { agent: 'B' });
  expect(() => requireAdapter(place, 'bugs')).toThrow(/Several agents/);
});

test.each(['../../etc', 'ad_../x', 'nothing', ''])('%j is no adapter', (name) => {
  expect(() => requireAdapter(makePlace(), name)).toThrow(/no adapter/);
});

test('removing asks for confirmation, then moves the files to the trash', async () => {
  const place = makePlace();
  const adapter = await add(place, 'bugs');
  await expect(removeAdapter(place, 'bugs', false)).rejects.toMatchObject({ kind: 'confirmation' });
  const { trash } = await removeAdapter(place, 'bugs', true);
  expect(existsSync(path.join(trash, 'adapter_model.safetensors'))).toBe(true);
  expect(existsSync(adapter.path)).toBe(false);
  expect(allAdapters(place)).toEqual([]);
});

test('a deployed adapter is not removed', async () => {
  const place = makePlace();
  const adapter = await add(place, 'bugs', { agent: 'A', state: 'deployed' });
  await expect(removeAdapter(place, adapter.id, true)).rejects.toMatchObject({ code: 'adapter_deployed' });
  expect(existsSync(adapter.path)).toBe(true);
});
