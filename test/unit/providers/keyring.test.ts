import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findHome, homeAt, workspaceAt, type Home } from '../../../src/backend/platform/workspace.ts';
import { Keyring, usualKeyringLimits, type KeyringLimits } from '../../../src/backend/providers/keyring/keyring.ts';
import { Keys } from '../../../src/backend/providers/keys.ts';
import { changeProviders } from '../../../src/backend/providers/providersFile.ts';
import { Services } from '../../../src/backend/services.ts';
import { CampError } from '../../../src/protocol/errors.ts';
import { providerSchema } from '../../../src/protocol/providers.ts';
import { testFolder } from '../../support/testStore.ts';
import { until } from '../../support/until.ts';

const key = 'sk-test-keyring-0123456789';
const item = { service: 'training-camp-test', account: 'https://llm.example.com' };
const provider = providerSchema.parse({ name: 'work', url: 'https://llm.example.com/v1', model: 'm' });
const standIn = fileURLToPath(new URL('../../support/keyring/standIn.ts', import.meta.url));

/** The real program and process, with another binding: see there. */
function withBinding(behaviour: string, folder: string, limits: Partial<KeyringLimits> = {}): { keyring: Keyring; waits: string[] } {
  const waits: string[] = [];
  const env = { ...process.env, CAMP_TEST_KEYRING: behaviour, CAMP_TEST_KEYRING_FILE: path.join(folder, 'secrets') };
  return { keyring: new Keyring({ entry: standIn, env, limits: { ...usualKeyringLimits, ...limits }, onWait: () => waits.push('waits') }), waits };
}

function asked(folder: string): string[] {
  return readFileSync(path.join(folder, 'secrets.log'), 'utf8').trim().split('\n');
}

function keysOf(home: Home, keyring: Keyring, notices: string[] = []): Keys {
  return new Keys({ home, env: {}, notify: (text) => void notices.push(text), keyring });
}

async function errorOf(work: Promise<unknown>): Promise<CampError> {
  const error = await work.then(() => undefined, (reason: unknown) => reason);
  if (error instanceof CampError) return error;
  throw new Error('it did not fail as it should', { cause: error });
}

describe('the keyring', () => {
  it('is believed once another process has read the key back, and forgets it', async () => {
    const folder = testFolder();
    const { keyring } = withBinding('keeps', folder);
    expect(await keyring.keep(item, key)).toBeNull();
    expect(asked(folder)).toEqual(['keep', 'read']);
    expect(await keyring.read(item)).toEqual({ key, problem: null });
    expect(await keyring.forget(item)).toBeNull();
    expect(await keyring.read(item)).toEqual({ key: null, problem: null });
  });

  it.each([
    ['pretends', 'it says that it keeps the key, and another process does not find it there'],
    ['alters', 'it says that it keeps the key, and another process does not find it there'],
    ['refuses', 'it can’t be used (no room for\\n…)'],
    ['crashes', 'the program that asks it ended (SIGKILL)'],
    ['missing', `the package that reaches it does not load on this machine (${process.platform}-${process.arch})`],
  ])('that %s is not believed, and has nothing of the key', async (behaviour, reason) => {
    const folder = testFolder();
    const problem = await withBinding(behaviour, folder).keyring.keep(item, key);
    expect(problem).toBe(reason);
    expect(existsSync(path.join(folder, 'secrets'))).toBe(false);
  });

  it('that hangs is ended in its time, and the key is on no command line and in no environment meanwhile', async () => {
    const folder = testFolder();
    const { keyring, waits } = withBinding('hangs', folder, { keepMs: 5000, waitMs: 10 });
    const kept = keyring.keep(item, key);
    await until('it is asked', () => existsSync(path.join(folder, 'secrets.log')));
    if (process.platform === 'linux') {
      const [pid] = programsOf(folder);
      expect(readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')).toContain('standIn');
      for (const facts of ['cmdline', 'environ']) expect(readFileSync(`/proc/${String(pid)}/${facts}`, 'utf8')).not.toContain(key);
    }
    expect(await kept).toBe('it did not answer within 5 s');
    expect(waits).toEqual(['waits']);
    if (process.platform === 'linux') await until('the program is gone', () => programsOf(folder).length === 0);
  });

  it('that waits for a person is left when the caller gives up', async () => {
    const folder = testFolder();
    const abort = new AbortController();
    const read = withBinding('locked', folder).keyring.read(item, { signal: abort.signal });
    await until('it is asked', () => existsSync(path.join(folder, 'secrets.log')));
    abort.abort();
    expect(await read).toEqual({ key: null, problem: 'it was not waited for' });
    // A key that was to be kept is then kept nowhere, not in a file instead.
    const home = homeAt(path.join(folder, 'home'));
    const keeping = keysOf(home, withBinding('locked', folder).keyring).keep(provider, key, 'keyring', AbortSignal.timeout(50));
    await expect(keeping).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(existsSync(home.root)).toBe(false);
  });
});

describe('a key in the keyring', () => {
  it('leaves the file, is read once a process and again when it was given anew, and is forgotten', async () => {
    const folder = testFolder();
    const home = homeAt(path.join(folder, 'home'));
    const { keyring } = withBinding('keeps', folder);
    const keys = keysOf(home, keyring);
    await keys.keep(provider, 'sk-test-before', 'file');
    expect(keys.locate(provider).source).toBe('file');
    expect(await keys.keep(provider, key, 'keyring')).toEqual({ place: 'keyring', file: null, reason: null });
    expect(keys.locate(provider)).toEqual({ source: 'keyring', place: 'the keyring' });
    for (const name of readdirSync(home.root)) expect(readFileSync(path.join(home.root, name), 'utf8')).not.toMatch(/sk-test/);

    const other = keysOf(home, keyring);
    const before = asked(folder).length;
    await Promise.all([other.find(provider), other.find(provider)]);
    expect(await other.find(provider)).toEqual({ key, source: 'keyring', place: 'the keyring' });
    expect(asked(folder).slice(before)).toEqual(['read']);
    await keys.keep(provider, 'sk-test-later', 'keyring');
    expect((await other.find(provider)).key).toBe('sk-test-later');

    expect(await other.forget(provider)).toBe(true);
    expect(await keys.find(provider)).toEqual({ key: null, source: 'missing', place: '' });
    expect(existsSync(path.join(folder, 'secrets'))).toBe(false);
  });

  it('comes after the environment and before the file', async () => {
    const folder = testFolder();
    const home = homeAt(path.join(folder, 'home'));
    const { keyring } = withBinding('keeps', folder);
    await keysOf(home, keyring).keep(provider, key, 'keyring');
    const env = { WORK_KEY: 'sk-test-env' };
    const keys = new Keys({ home, env, notify: () => undefined, keyring });
    expect((await keys.find({ ...provider, keyEnv: 'WORK_KEY' })).key).toBe('sk-test-env');
    expect((await keys.find({ ...provider, keyEnv: 'OTHER_KEY' })).key).toBe(key);
    expect((await keys.find({ ...provider, url: 'https://other.example.com/v1' })).key).toBeNull();
  });

  it('that was lost, or that the keyring does not give, is an error that says what to do', async () => {
    const folder = testFolder();
    const home = homeAt(path.join(folder, 'home'));
    const { keyring } = withBinding('keeps', folder);
    const keys = keysOf(home, keyring);
    await keys.keep(provider, key, 'keyring');
    const locked = keysOf(home, withBinding('locked', folder, { readMs: 300 }).keyring);
    expect(await errorOf(locked.find(provider))).toMatchObject({ code: 'keyring_failed', message: 'The key of work is in the keyring, which does not give it: it did not answer within 0.3 s.' });
    expect((await errorOf(locked.keep(provider, key, 'keyring'))).message).not.toContain(key);
    expect(await locked.examine(AbortSignal.timeout(100)).catch(() => 'aborted')).toBe('aborted');

    const found = await keys.examine(new AbortController().signal);
    expect(found).toMatchObject({ id: 'keys', status: 'ok' });
    await keyring.forget({ service: recordedService(home), account: item.account });
    expect(await errorOf(keys.find(provider))).toMatchObject({ code: 'keyring_key_missing' });
    expect(await keys.examine(new AbortController().signal)).toMatchObject({ status: 'warning', message: expect.stringContaining('no key for https://llm.example.com') });
  });

  it('that the keyring does not let go of is said to be there still', async () => {
    const folder = testFolder();
    const home = homeAt(path.join(folder, 'home'));
    await keysOf(home, withBinding('keeps', folder).keyring).keep(provider, key, 'keyring');
    const notices: string[] = [];
    const locked = keysOf(home, withBinding('locked', folder, { readMs: 300 }).keyring, notices);
    expect(await locked.keep(provider, key, 'file')).toMatchObject({ place: 'file' });
    expect(notices).toEqual([expect.stringMatching(/^The key for https:\/\/llm\.example\.com may still be in the keyring, because it did not answer within 0\.3 s\. It is the item “training-camp-[0-9a-f]{12}” there\.$/)]);
    expect(locked.locate(provider).source).toBe('file');
    // Whoever gives up does not wait, and what is left is told as well.
    await keysOf(home, withBinding('keeps', folder).keyring).keep(provider, key, 'keyring');
    const unhurried = keysOf(home, withBinding('locked', folder).keyring, notices);
    expect(await unhurried.forget(provider, AbortSignal.timeout(50))).toBe(false);
    expect(notices.at(-1)).toContain('because it was not waited for');
  });

  it('is not waited for by one who gives up while another asks for it', async () => {
    const folder = testFolder();
    const home = homeAt(path.join(folder, 'home'));
    await keysOf(home, withBinding('keeps', folder).keyring).keep(provider, key, 'keyring');
    const locked = keysOf(home, withBinding('locked', folder).keyring);
    const patient = new AbortController();
    const first = locked.find(provider, patient.signal).catch((error: unknown) => error);
    await expect(locked.find(provider, AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' });
    patient.abort();
    expect(await first).toMatchObject({ name: 'AbortError' });
  });

  it('stays while another process waits for the keyring to forget one', async () => {
    const folder = testFolder();
    const home = homeAt(path.join(folder, 'home'));
    const { keyring } = withBinding('keeps', folder);
    const at = (host: string) => ({ ...provider, url: `https://${host}.example.com/v1` });
    await keysOf(home, keyring).keep(at('a'), key, 'keyring');
    const abort = new AbortController();
    const forgetting = keysOf(home, withBinding('locked', folder).keyring).forget(at('a'), abort.signal);
    await keysOf(home, keyring).keep(at('b'), key, 'keyring');
    abort.abort();
    await forgetting;
    const keys = keysOf(home, keyring);
    expect(['a', 'b'].map((host) => keys.locate(at(host)).source)).toEqual(['missing', 'keyring']);
  });
});

it('a home that is not at its usual place is left by no key, unless it is asked for', async () => {
  const folder = testFolder();
  const { keyring } = withBinding('keeps', folder);
  const kept = await keysOf(homeAt(path.join(folder, 'home')), keyring).keep(provider, key, null);
  expect(kept).toMatchObject({ place: 'file', reason: expect.stringContaining('--keep-key keyring') });
  expect(existsSync(path.join(folder, 'secrets.log'))).toBe(false);
});

// Elsewhere there always is a keyring, and a test is not to write into that of a person.
describe.skipIf(process.platform !== 'linux')('the real package without a Secret Service', () => {
  const env = (folder: string) => ({ PATH: process.env['PATH'], XDG_DATA_HOME: folder, DBUS_SESSION_BUS_ADDRESS: `unix:path=${path.join(folder, 'no-bus')}` });

  it('keeps nothing, and the key ends in the file with the reason', async () => {
    const folder = testFolder();
    const home = findHome(env(folder), 'linux');
    const keys = new Keys({ home, env: env(folder), notify: () => undefined });
    const kept = await keys.keep(provider, key, null);
    expect(kept).toMatchObject({ place: 'file', file: path.join(home.root, 'keys.json'), reason: expect.stringMatching(/^no Secret Service answers \(/) });
    expect(await keys.find(provider)).toMatchObject({ key, source: 'file' });
    expect(await keys.examine(new AbortController().signal)).toMatchObject({ status: 'ok', message: expect.stringContaining('no Secret Service answers') });
    expect(await errorOf(keys.keep(provider, key, 'keyring'))).toMatchObject({ code: 'keyring_failed' });
  });
});

// A bus that takes connections and says nothing: the native code waits, as for a person.
it.skipIf(process.platform !== 'linux')('a model whose key the keyring does not give is given up on by whoever asks it, and no list waits for each of them', async () => {
  const folder = testFolder();
  const bus = path.join(folder, 'bus');
  let connections = 0;
  const silent = createServer(() => connections++).listen(bus);
  const env = { PATH: process.env['PATH'], XDG_DATA_HOME: folder, DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}` };
  const home = findHome(env, 'linux');
  const services = new Services({ workspace: workspaceAt(path.join(folder, 'work')), home, env });
  try {
    const names = ['a', 'b', 'c'];
    const origins = names.map((name) => [`https://${name}.example.com`, { service: 'training-camp', id: name }]);
    mkdirSync(home.root, { recursive: true });
    writeFileSync(path.join(home.root, 'keyring.json'), JSON.stringify({ version: 1, origins: Object.fromEntries(origins) }));
    await changeProviders(home, (file) => ({ ...file, providers: names.map((name) => providerSchema.parse({ name, url: `https://${name}.example.com/v1`, model: 'm' })) }));
    await expect(services.chatModels.resolve('a:m', AbortSignal.timeout(200))).rejects.toMatchObject({ name: 'TimeoutError' });
    const before = connections;
    const { reason } = await services.chatModels.defaultModel(new AbortController().signal);
    for (const name of names) expect(reason).toContain(`${name}: the keyring took too long to give its key.`);
    expect(connections - before).toBeLessThan(2);
  } finally {
    services.dispose();
    silent.close();
  }
});

function recordedService(home: Home): string {
  return String(/training-camp-[0-9a-f]+/.exec(readFileSync(path.join(home.root, 'keyring.json'), 'utf8'))?.[0]);
}

/** Programs of a test, by what their environment names. */
function programsOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && environmentOf(pid).includes(`CAMP_TEST_KEYRING_FILE=${folder}`));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/environ`, 'utf8');
  } catch {
    // Ended meanwhile, or another's.
    return '';
  }
}
