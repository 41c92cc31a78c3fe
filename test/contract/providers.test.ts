import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBackend, type BackendUnderTest } from '../support/backendClient.ts';
import { startModelServer, type ModelServer } from '../support/modelServer/modelServer.ts';

// Providers as the editor manages them: keys come from its secret storage, by a request, and are written nowhere.

const key = 'sk-test-0123456789';
let folder: string;
let server: ModelServer;
let backend: BackendUnderTest;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'camp-contract-providers-'));
  server = await startModelServer({ apiKey: key, models: ['small'], rules: [{ when: { schema: 'greeting' }, reply: { json: { greeting: 'hi' } } }, { reply: { text: 'Hello.' } }] });
  backend = await startBackend(path.join(folder, 'work'), { TRAINING_CAMP_HOME: path.join(folder, 'home'), TRAINING_CAMP_RETRY_BASE_MS: '1' });
});
afterAll(async () => {
  await backend.end();
  await server.close();
  rmSync(folder, { recursive: true });
});

it('uses a key that the editor hands over, until it hands over others', async () => {
  const { provider } = await backend.request('providers/add', { name: 'work', url: server.url, model: 'small' });
  expect(provider.keySource).toBe('unneeded');
  await expect(backend.request('providers/test', { name: 'work' })).rejects.toMatchObject({ data: { code: 'provider_key_refused' } });
  await backend.request('secrets/provide', { keys: [{ origin: new URL(server.url).origin, key }] });
  expect(await backend.request('providers/test', { name: 'work' })).toMatchObject({ answer: 'Hello.', keySource: 'editor' });
  expect((await backend.request('providers/chatModels', {})).defaultModel).toMatchObject({ reference: 'work:small' });
  expect(readFileSync(path.join(folder, 'home', 'providers.json'), 'utf8')).not.toContain(key);
  await backend.request('secrets/provide', { keys: [] });
  await expect(backend.request('providers/models', { name: 'work' })).rejects.toMatchObject({ data: { code: 'provider_key_refused' } });
  await backend.request('providers/remove', { name: 'work' });
  expect((await backend.request('providers/list', {})).defaultModel.reference).toBe('builtin');
});
