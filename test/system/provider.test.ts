import { execa } from 'execa';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasSecretService, startSecretService } from '../support/keyring/secretService.ts';
import { startModelServerProcess, type ModelServerProcess } from '../support/modelServer/modelServerProcess.ts';

// `training provider …` as a person uses it, against a server in a process of its own.

const entry = path.resolve(import.meta.dirname, '..', '..', 'dist', 'cli.mjs');
const key = 'sk-test-0123456789';
let folder: string;
let server: ModelServerProcess;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'camp-provider-'));
  const script = path.join(folder, 'script.json');
  writeFileSync(script, JSON.stringify({ apiKey: key, models: ['small', 'large'], rules: [{ when: { schema: 'greeting' }, reply: { json: { greeting: 'hi' } } }, { reply: { text: 'Hello there from {{model}}' } }] }));
  server = await startModelServerProcess(script);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function training(args: string[], options: { input?: string; env?: Record<string, string> } = {}) {
  const workspace = path.join(folder, 'work');
  const env = { TRAINING_CAMP_HOME: path.join(folder, 'home'), TRAINING_CAMP_RETRY_BASE_MS: '1', ...options.env };
  const { exitCode, stdout, stderr } = await execa(process.execPath, [entry, '--workspace', workspace, ...args], { env, reject: false, input: options.input ?? '' });
  return { code: exitCode, stdout, all: stdout + stderr };
}

test('a provider is added with its key on standard input, tried, listed and removed, and the key is never printed', async () => {
  const outputs: string[] = [];
  const run = async (args: string[], input?: string) => {
    const result = await training(args, input === undefined ? {} : { input });
    outputs.push(result.all);
    return result;
  };
  expect(await run(['provider', 'add', 'work', '--url', server.url, '--model', 'small', '--key-stdin', '--input-price', '1', '--output-price', '4'], `${key}\n`)).toMatchObject({ code: 0 });
  const tried = await run(['provider', 'test', 'work', '--json']);
  expect(JSON.parse(tried.stdout)).toMatchObject({ answer: 'Hello there from small', keySource: 'file', keyPlace: path.join(folder, 'home', 'keys.json'), capabilities: { structuredOutput: 'enforced', hasTools: false } });
  expect((await run(['provider', 'models', 'work'])).stdout).toContain('work:large');
  const listed = await run(['provider', 'list', '--json']);
  expect(JSON.parse(listed.stdout)).toMatchObject({ providers: [{ name: 'work', keySource: 'file' }, {}, {}, {}, {}, {}, {}], defaultModel: { reference: 'work:small', reason: 'work is the first provider that answers.' } });
  const asked = await run(['ask', '--model', 'work:large', 'Hello?']);
  expect(asked).toMatchObject({ code: 0, stdout: 'Hello there from large' });
  expect(asked.all).toContain('cost unknown');
  const document = await run(['ask', '--model', 'work', '--json', 'Hello?']);
  expect(JSON.parse(document.stdout)).toMatchObject({ text: 'Hello there from small', model: 'work:small', adapter: null, stop: 'stop', costUsd: expect.any(Number), promptTokens: expect.any(Number) });
  expect(JSON.parse((await run(['ask', '--model', 'work', '--adapter', 'x', '--json', 'Hello?'])).stdout).error.code).toBe('usage');
  expect(JSON.parse((await run(['ask', '--model', 'nowhere:x', '--json', 'Hello?'])).stdout).error.code).toBe('model_not_found');
  expect((await run(['provider', 'remove', 'work'])).stdout).toBe('removed work and its key');
  expect((await run(['provider', 'list'])).stdout).toContain('built in; small');
  expect(outputs.join('\n')).not.toContain(key);
  // Nothing of it lies in the workspace.
  expect(readdirSync(folder).sort()).toEqual(['home', 'script.json']);
});

/** A person's own home in `folder`, with another bus of D-Bus than that of whoever runs the tests. */
function homeIn(folder: string, env: Record<string, string> = {}): { env: Record<string, string> } {
  return { env: { TRAINING_CAMP_HOME: '', HOME: folder, XDG_DATA_HOME: path.join(folder, 'data'), DBUS_SESSION_BUS_ADDRESS: `unix:path=${path.join(folder, 'no-bus')}`, ...env } };
}

test.skipIf(process.platform !== 'linux')('without a Secret Service a key is kept in the file, and the person is told why', async () => {
  const place = mkdtempSync(path.join(folder, 'person-'));
  const add = ['provider', 'add', 'work', '--url', server.url, '--model', 'small', '--key-stdin'];
  const refused = await training([...add, '--keep-key', 'keyring', '--json'], { ...homeIn(place), input: key });
  expect({ code: refused.code, error: JSON.parse(refused.stdout).error.code }).toEqual({ code: 1, error: 'keyring_failed' });
  expect(existsSync(path.join(place, 'data', 'training-camp', 'providers.json'))).toBe(false);
  const added = await training(add, { ...homeIn(place), input: key });
  expect(added.stdout).toMatch(/The key is kept in \S+keys\.json, which only you can read, and not in the keyring, because no Secret Service answers \(.+\)\./);
  const listed = await training(['provider', 'list', '--json'], homeIn(place));
  expect(JSON.parse(listed.stdout)).toMatchObject({ providers: [{ name: 'work', keySource: 'file' }, {}, {}, {}, {}, {}, {}] });
  expect(refused.all + added.all + listed.all).not.toContain(key);
  rmSync(place, { recursive: true });
});

// Needs dbus-daemon and gnome-keyring-daemon on the PATH, and starts its own of each.
test.skipIf(!hasSecretService)('a key goes into a real Secret Service, leaves the file, serves other processes and is forgotten', async () => {
  const place = mkdtempSync(path.join(folder, 'person-'));
  const service = await startSecretService(place);
  try {
    const { env } = homeIn(place, service.env);
    const outputs: string[] = [];
    const run = async (args: string[], input = '') => {
      const result = await training(args, { env, input });
      outputs.push(result.all);
      return result;
    };
    const add = ['provider', 'add', 'work', '--url', server.url, '--model', 'small', '--key-stdin'];
    const file = path.join(place, 'data', 'training-camp', 'keys.json');
    expect((await run([...add, '--keep-key', 'file'], key)).stdout).toContain('keys.json');
    expect(readFileSync(file, 'utf8')).toContain(key);
    expect((await run(add, key)).stdout).toContain('The key is kept in the keyring: a second process read it back from there.');
    expect(readFileSync(file, 'utf8')).not.toContain(key);
    expect(JSON.parse((await run(['provider', 'list', '--json'])).stdout)).toMatchObject({ providers: [{ name: 'work', keySource: 'keyring' }, {}, {}, {}, {}, {}, {}], defaultModel: { reference: 'work:small' } });
    expect((await run(['provider', 'test', 'work'])).stdout).toContain('key from the keyring');
    expect((await run(['ask', '--model', 'work', 'Hello?'])).stdout).toBe('Hello there from small');
    expect((await run(['provider', 'remove', 'work'])).stdout).toBe('removed work and its key');
    await run(add, 'sk-another');
    expect((await run(['provider', 'test', 'work', '--json'])).stdout).toContain('provider_key_refused');
    expect(outputs.join('\n')).not.toContain(key);
  } finally {
    await service.stop();
    rmSync(place, { recursive: true });
  }
});

test('providers and keys that are added at the same time are all there', async () => {
  const env = { TRAINING_CAMP_HOME: path.join(folder, 'home-of-many') };
  const names = Array.from({ length: 6 }, (_value, index) => `many${String(index)}`);
  const add = async (name: string, index: number) => await training(['provider', 'add', name, '--url', `http://127.0.0.1:${String(9000 + index)}/v1`, '--model', 'm', '--key-stdin'], { env, input: `${key}-${name}` });
  expect((await Promise.all(names.map(add))).map(({ code }) => code)).toEqual(names.map(() => 0));
  for (const file of ['providers.json', 'keys.json']) {
    const text = readFileSync(path.join(env.TRAINING_CAMP_HOME, file), 'utf8');
    expect(names.filter((name) => !text.includes(name))).toEqual([]);
  }
  expect(readdirSync(env.TRAINING_CAMP_HOME).sort()).toEqual(['keys.json', 'providers.json']);
  rmSync(env.TRAINING_CAMP_HOME, { recursive: true });
});

test('a workspace can name no provider', async () => {
  const nested = path.join(folder, 'work', '.training');
  mkdirSync(nested, { recursive: true });
  for (const place of [path.join(folder, 'work', 'providers.json'), path.join(nested, 'providers.json')]) {
    writeFileSync(place, JSON.stringify({ version: 1, defaultModel: 'evil:x', providers: [{ name: 'evil', url: server.url, model: 'x' }] }));
  }
  const { stdout } = await training(['provider', 'list', '--json']);
  expect(stdout).not.toContain('evil');
  rmSync(path.join(folder, 'work'), { recursive: true });
});

test.each([
  ['a provider without its key', ['provider', 'test', 'openai', '--model', 'm'], 1, 'provider_key_missing'],
  ['an unknown provider', ['provider', 'test', 'nowhere'], 4, 'provider_not_found'],
  ['plain HTTP to another machine', ['provider', 'add', 'far', '--url', 'http://llm.example.com/v1'], 2, 'provider_http_refused'],
  ['a key in an address', ['provider', 'add', 'far', '--url', 'https://me:secret@llm.example.com/v1'], 2, 'provider_url_invalid'],
  ['half a price', ['provider', 'add', 'openai', '--model', 'm', '--input-price', '1'], 2, 'usage'],
  ['a place for no key', ['provider', 'add', 'openai', '--keep-key', 'file'], 2, 'usage'],
  ['an unknown place', ['provider', 'add', 'openai', '--key-stdin', '--keep-key', 'attic'], 2, 'usage'],
  ['an empty key', ['provider', 'add', 'openai', '--key-stdin'], 2, 'key_invalid'],
])('%s is refused with its code', async (_what, args, code, expected) => {
  const result = await training([...args, '--json']);
  expect({ code: result.code, error: JSON.parse(result.stdout).error.code }).toEqual({ code, error: expected });
  expect(result.all).not.toContain('secret@');
});
