import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { homeAt, workspaceAt } from '../../../src/backend/platform/workspace.ts';
import { detectServers } from '../../../src/backend/providers/detect.ts';
import { costOf } from '../../../src/backend/providers/prices.ts';
import type { AddProvider } from '../../../src/backend/providers/providersService.ts';
import { Services } from '../../../src/backend/services.ts';
import { CampError } from '../../../src/protocol/errors.ts';
import { request } from '../../support/modelServer/client.ts';
import { startModelServer, type ModelServer } from '../../support/modelServer/modelServer.ts';

let folder: string;
let server: ModelServer;
const open: Services[] = [];
const key = 'sk-test-0123456789';
const { signal } = new AbortController();

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'camp-providers-'));
  server = await startModelServer({ apiKey: key, models: ['small', 'large'], rules: [{ when: { schema: 'greeting' }, reply: { json: { greeting: 'hi' } } }, { reply: { text: '{{model}}: {{user}}' } }] });
});
afterEach(async () => {
  for (const services of open.splice(0)) services.dispose();
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Another process of the same person: the same home folder and nothing else in common. */
function services(env: Record<string, string> = {}): Services {
  const made = new Services({ workspace: workspaceAt(path.join(folder, 'work')), home: homeAt(path.join(folder, 'home')), env: { TRAINING_CAMP_RETRY_BASE_MS: '1', ...env } });
  open.push(made);
  return made;
}

function adding(more: Partial<AddProvider>): AddProvider {
  return { name: 'mine', url: server.url, model: null, keyEnv: null, key: null, keepKey: null, allowsHttp: false, price: null, firstPieceSeconds: null, isDefault: false, ...more };
}

async function say(from: Services, reference: string): Promise<string> {
  const model = await from.chatModels.resolve(reference);
  return (await model.chat(request('hi'), { signal, onText: () => undefined })).text;
}

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof CampError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('a reference', () => {
  it('names a model of a provider, or a provider with a model of its own', async () => {
    await services().providers.add(adding({ model: 'small', key }), signal);
    expect(await say(services(), 'mine:large')).toBe('large: hi');
    expect(await say(services(), 'mine')).toBe('small: hi');
  });

  it('that names nothing is told with what there is', async () => {
    await services().providers.add(adding({}), signal);
    const unknown = await services().chatModels.resolve('oepnai:gpt').catch((error: unknown) => error);
    expect(unknown).toMatchObject({ code: 'model_not_found', kind: 'notFound' });
    expect(String(unknown)).toContain('Did you mean openai?');
    expect(await codeOf(async () => await services().chatModels.resolve('mine'))).toBe('model_not_named');
    expect(await codeOf(async () => await services().chatModels.resolve('local:'))).toBe('model_not_named');
    expect(await codeOf(async () => await services().chatModels.resolve('local:gone'))).toBe('model_not_found');
    expect(await codeOf(async () => await services().chatModels.resolve('adapter:gone'))).toBe('adapter_not_found');
    expect(await codeOf(async () => await services().chatModels.resolve('builtin'))).toBe('model_not_installed');
  });

  it('is the same model as long as its configuration is', async () => {
    const one = services();
    await one.providers.add(adding({ key }), signal);
    const first = await one.chatModels.resolve('mine:small');
    expect(await one.chatModels.resolve('mine:small')).toBe(first);
    await one.providers.add(adding({ key, price: { inputUsd: 1, outputUsd: 1 }, model: 'small' }), signal);
    expect(await one.chatModels.resolve('mine:small')).not.toBe(first);
  });
});

describe('a key', () => {
  it('comes from the editor, then from the environment, then from the file', async () => {
    await services().providers.add(adding({ key: 'sk-from-file', keyEnv: 'MY_KEY' }), signal);
    const sources = (from: Services) => from.providers.list().find(({ name }) => name === 'mine')?.keySource;
    expect(sources(services())).toBe('file');
    expect(sources(services({ MY_KEY: 'sk-from-env' }))).toBe('environment');
    const inEditor = services({ MY_KEY: 'sk-from-env' });
    inEditor.keys.provide([{ origin: new URL(server.url).origin, key }]);
    expect(sources(inEditor)).toBe('editor');
    expect(await say(inEditor, 'mine:small')).toBe('small: hi');
    expect(readFileSync(path.join(folder, 'home', 'keys.json'), 'utf8')).not.toContain(key);
  });

  it('is read by its owner alone, and refused where others can read it', async () => {
    await services().providers.add(adding({ key }), signal);
    const file = path.join(folder, 'home', 'keys.json');
    if (process.platform !== 'win32') {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      chmodSync(file, 0o644);
      expect(await codeOf(() => services().providers.list())).toBe('keys_file_open');
      chmodSync(file, 0o600);
    }
    writeFileSync(file, `{"keys": "${key}`);
    const damaged = await services().chatModels.resolve('mine:small').catch((error: unknown) => error);
    expect(damaged).toMatchObject({ code: 'keys_file_damaged' });
    expect(JSON.stringify(damaged) + String(damaged) + String(damaged instanceof Error ? damaged.stack : '')).not.toContain(key);
  });

  it('belongs to the address that it was given for', async () => {
    const other = await startModelServer({ rules: [{ reply: { text: 'x' } }] });
    try {
      await services().providers.add(adding({ key, keyEnv: 'MY_KEY' }), signal);
      await services().providers.add(adding({ url: other.url, model: 'scripted' }), signal);
      await say(services({ MY_KEY: 'sk-env' }), 'mine');
      // The usual variable of a known provider is not for another address under its name.
      await services().providers.add(adding({ name: 'openai', url: other.url, model: 'scripted' }), signal);
      await say(services({ OPENAI_API_KEY: 'sk-env' }), 'openai');
      expect(other.requests.map(({ authorization }) => authorization)).toEqual([null, null]);
    } finally {
      await other.close();
    }
  });

  it('appears nowhere but in its file', async () => {
    const one = services();
    const added = await one.providers.add(adding({ key, model: 'small' }), signal);
    expect(added).toMatchObject({ provider: { keySource: 'file' }, kept: { place: 'file', file: path.join(folder, 'home', 'keys.json') } });
    expect(JSON.stringify([added, one.providers.list(), one.chatModels.list()])).not.toContain(key);
    expect(readFileSync(path.join(folder, 'home', 'providers.json'), 'utf8')).not.toContain(key);
    expect(await one.providers.remove('mine', signal)).toEqual({ name: 'mine', isKeyForgotten: true });
    expect(readFileSync(path.join(folder, 'home', 'keys.json'), 'utf8')).not.toContain(key);
  });
});

it('a key of an address that no provider has any more is forgotten, and the person is told', async () => {
  const notices: string[] = [];
  const one = new Services({ workspace: workspaceAt(path.join(folder, 'work')), home: homeAt(path.join(folder, 'home')), env: {}, onNotice: (text) => notices.push(text) });
  open.push(one);
  await one.providers.add(adding({ key }), signal);
  await one.providers.add(adding({ name: 'twin', model: 'small' }), signal);
  await one.providers.add(adding({ name: 'twin', url: 'https://a.example.com/v1' }), signal);
  expect(notices).toEqual([]);
  await one.providers.add(adding({ url: 'https://b.example.com/v1' }), signal);
  expect(notices).toEqual([`The key for ${new URL(server.url).origin} is forgotten: no provider has this address any more.`]);
  expect(readFileSync(path.join(folder, 'home', 'keys.json'), 'utf8')).not.toContain(key);
});

describe('the default model', () => {
  it('is the built-in one where no provider was added, whatever keys there are', async () => {
    const chosen = await services({ OPENAI_API_KEY: 'sk-env' }).chatModels.defaultModel(signal);
    expect(chosen).toMatchObject({ reference: 'builtin', isBuiltIn: true });
    expect(chosen.reason).toContain('small');
  });

  it('is the first provider that works, and the reason names those that do not', async () => {
    await services().providers.add(adding({ name: 'gone', url: 'http://127.0.0.1:9/v1', model: 'x' }), signal);
    expect((await services().chatModels.defaultModel(signal)).reason).toMatch(/gone: gone can’t be reached/);
    await services().providers.add(adding({ key, model: 'small' }), signal);
    expect(await services().chatModels.defaultModel(signal)).toMatchObject({ reference: 'mine:small', reason: 'mine is the first provider that answers.' });
    await services().providers.add(adding({ key, model: 'large', isDefault: true }), signal);
    expect(await services().chatModels.defaultModel(signal)).toMatchObject({ reference: 'mine:large', reason: 'It was chosen as the default.' });
    await services().providers.remove('mine', signal);
    expect((await services().chatModels.defaultModel(signal)).reference).toBe('builtin');
  });
});

it('is a provider that lists no models, where its model was named', async () => {
  // Any path of a server is one without a list.
  await services().providers.add(adding({ url: `${server.url}/elsewhere`, key }), signal);
  expect((await services().chatModels.defaultModel(signal)).reason).toContain('lists no models');
  expect(await codeOf(async () => await services().providers.models('mine', signal))).toBe('models_not_listed');
  await services().providers.add(adding({ url: `${server.url}/elsewhere`, model: 'small' }), signal);
  expect((await services().chatModels.defaultModel(signal)).reference).toBe('mine:small');
});

describe('providers', () => {
  it('are tested by a greeting and by what they can do', async () => {
    await services().providers.add(adding({ key }), signal);
    expect(await services().providers.test('mine', null, signal)).toMatchObject({ model: 'large', answer: 'large: Greet me in five words.', costUsd: null, capabilities: { structuredOutput: 'enforced', hasTools: false } });
  });

  it('are asked what their models can do once a machine, and again by a test, which counts all that it cost', async () => {
    await services().providers.add(adding({ key, model: 'small', price: { inputUsd: 1, outputUsd: 1 } }), signal);
    const { capabilities } = await services().providers.test('mine', null, signal);
    const asked = () => server.chats().length;
    const questions = asked();
    expect(await (await services().chatModels.resolve('mine')).capabilities(signal)).toEqual(capabilities);
    expect(asked()).toBe(questions);
    const { usage, costUsd } = await services().providers.test('mine', null, signal);
    expect(asked()).toBe(2 * questions);
    expect(costUsd).toBeCloseTo(((usage.promptTokens ?? 0) + (usage.completionTokens ?? 0)) / 1e6, 12);
    await (await services().chatModels.resolve('mine:large')).capabilities(signal);
    expect(asked()).toBeGreaterThan(2 * questions);
  });

  it('whose file of what was found out is damaged are asked anew', async () => {
    await services().providers.add(adding({ key, model: 'small' }), signal);
    const { capabilities } = await services().providers.test('mine', null, signal);
    const cache = path.join(folder, 'home', 'cache', 'capabilities');
    for (const name of readdirSync(cache)) writeFileSync(path.join(cache, name), '{"version":1,');
    expect(await (await services().chatModels.resolve('mine')).capabilities(signal)).toEqual(capabilities);
  });

  it('are detected on their ports, and what is none is not', async () => {
    const open = await startModelServer({ rules: [] });
    try {
      const preset = (name: string, url: string) => ({ name, label: name, url, keyEnv: null, maxTokensKey: 'max_tokens' as const });
      const detected = await detectServers([preset('ollama', open.url), preset('vllm', server.url), preset('lmstudio', 'http://127.0.0.1:9/v1')], ['ollama'], signal);
      expect(detected.found).toEqual([{ name: 'ollama', label: 'ollama', url: open.url, models: ['scripted'], isConfigured: true }]);
      expect(detected.asked).toHaveLength(3);
    } finally {
      await open.close();
    }
  });

  it('have no name that means something else, and no price without a model', async () => {
    expect(await codeOf(async () => await services().providers.add(adding({ name: 'local' }), signal))).toBe('provider_name_invalid');
    expect(await codeOf(async () => await services().providers.add(adding({ name: 'A b' }), signal))).toBe('provider_name_invalid');
    expect(await codeOf(async () => await services().providers.add(adding({ url: null }), signal))).toBe('provider_url_missing');
    expect(await codeOf(async () => await services().providers.add(adding({ url: 'http://example.com/v1' }), signal))).toBe('provider_http_refused');
    expect(await codeOf(async () => await services().providers.add(adding({ price: { inputUsd: 1, outputUsd: 1 } }), signal))).toBe('model_not_named');
  });

  it('have the price of their address, one’s own first, and else none', async () => {
    const one = services();
    const price = (name: string) => one.providers.list().find((provider) => provider.name === name)?.price;
    await one.providers.add(adding({ name: 'openai', url: null, model: 'gpt-4o-mini' }), signal);
    expect(price('openai')).toMatchObject({ inputUsd: 0.15, outputUsd: 0.6 });
    await one.providers.add(adding({ name: 'openai', url: null, model: 'gpt-4o-mini', price: { inputUsd: 7, outputUsd: 8 } }), signal);
    expect(price('openai')).toMatchObject({ inputUsd: 7, source: 'given by hand' });
    await one.providers.add(adding({ name: 'openai', url: null, model: 'gpt-4o-mini-of-another-day' }), signal);
    expect(price('openai')).toBeNull();
    await one.providers.add(adding({ model: 'gpt-4o-mini' }), signal);
    expect(price('mine')).toBeNull();
    await one.providers.add(adding({ name: 'ollama', url: null, model: 'qwen3' }), signal);
    expect(price('ollama')).toMatchObject({ inputUsd: 0, outputUsd: 0 });
  });
});

it('costs are tokens by price, and null where either is not known', () => {
  const price = { inputUsd: 2, outputUsd: 10, date: '', source: '' };
  expect(costOf({ promptTokens: 500_000, completionTokens: 100_000 }, price)).toBe(2);
  expect(costOf({ promptTokens: null, completionTokens: 1 }, price)).toBeNull();
  expect(costOf({ promptTokens: 1, completionTokens: 1 }, null)).toBeNull();
  expect(costOf({ promptTokens: null, completionTokens: null }, { ...price, inputUsd: 0, outputUsd: 0 })).toBe(0);
});
