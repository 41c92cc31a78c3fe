import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listTree } from '../../src/backend/platform/listTree.ts';
import type { Home } from '../../src/backend/platform/workspace.ts';
import { Keyring, usualKeyringLimits } from '../../src/backend/providers/keyring/keyring.ts';
import { startBackend, type BackendUnderTest } from '../support/backendClient.ts';
import { installedModel } from '../support/builtInModel.ts';
import { makeTestHome, tinyModel } from '../support/home.ts';
import { processesWith } from '../support/processes.ts';
import { runPython } from '../support/trainerPython.ts';
import { until } from '../support/until.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const target = `${process.platform}-${process.arch}`;
const mostBytes = 25e6;

/** Everything that a VSIX may hold. */
const allowed = [
  /^(package\.json|readme\.md|changelog\.md|LICENSE\.txt|NOTICES\.txt)$/,
  /^docs\/issues\.md$/,
  /^dist\/schemas\/[a-z-]+\.json$/,
  /^media\/(icon\.png|[a-zA-Z]+\.svg|walkthrough\/[a-zA-Z]+\.(md|svg|png))$/,
  /^dist\/(backend|worker|inferenceHost|answerKeeper|keyringProgram|datasetWriter|[a-zA-Z]+-[A-Z0-9]{8})\.mjs$/,
  /^dist\/extension\/(extension|[a-zA-Z]+-[A-Z0-9]{8})\.mjs$/,
  /^dist\/migrations\/\d{4}\.sql$/,
  /^dist\/webviews\/[a-zA-Z]+\.(js|css|ttf)$/,
  /^dist\/node_modules\/better-sqlite3\/(LICENSE|package\.json|lib\/[a-zA-Z0-9/-]+\.js)$/,
  new RegExp(`^dist/node_modules/better-sqlite3/prebuilds/${target}\\.node$`),
  /^dist\/node_modules\/node-llama-cpp\/(LICENSE|package\.json|dist\/index\.js|dist\/bindings\/utils\/testBindingBinary\.js|llama\/[a-zA-Z.]+\.json)$/,
  /^dist\/node_modules\/@node-llama-cpp\/[a-z0-9-]+\/(LICENSE|package\.json|dist\/index\.js|bins\/[a-z0-9-]+\/[^/]+\.(so|dylib|dll|node|metal|json))$/,
  /^dist\/node_modules\/@napi-rs\/keyring\/(LICENSE|package\.json|index\.js)$/,
  new RegExp(`^dist/node_modules/@napi-rs/keyring-${target}(-gnu|-msvc)?/(package\\.json|LICENSE\\.third-party\\.md|keyring\\.${target}(-gnu|-msvc)?\\.node)$`),
  /^src\/trainer\/(requirements\.lock|training_camp\/[a-z_]+\.py)$/,
];

let folder = '';
let home: Home;
let extension = '';
let vsix = '';
let backend: BackendUnderTest;

beforeAll(async () => {
  // Outside the repository, so that nothing of its node_modules is in reach.
  folder = mkdtempSync(path.join(tmpdir(), 'camp-package-'));
  vsix = path.join(folder, 'training-camp.vsix');
  execFileSync(process.execPath, [path.join(root, 'src', 'packaging', 'package.ts'), '--out', vsix], { stdio: ['ignore', 'ignore', 'inherit'] });
  home = await makeTestHome();
  const model = installedModel();
  symlinkSync(path.join(model.home.models, model.id), path.join(home.models, model.id), 'junction');
  await runPython(home, ['-m', 'zipfile', '-e', vsix, path.join(folder, 'unpacked')]);
  extension = path.join(folder, 'unpacked', 'extension');
  mkdirSync(path.join(folder, 'workspace'));
  backend = await startBackend(
    path.join(folder, 'workspace'),
    { TRAINING_CAMP_HOME: home.root, TRAINING_CAMP_WORKER_IDLE_MS: '1500', NODE_PATH: undefined, ELECTRON_RUN_AS_NODE: '1' },
    path.join(extension, 'dist', 'backend.mjs'),
  );
});

afterAll(async () => {
  await backend.end();
  await until('the end of the worker', () => processesWith(home.root).length === 0);
  rmSync(folder, { recursive: true, force: true });
  rmSync(home.root, { recursive: true, force: true });
});

test('the package holds what is needed and nothing else', () => {
  const files = listTree(extension);
  expect(files.filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([]);
  const main = 'dist/extension/extension.mjs';
  expect(files).toEqual(expect.arrayContaining([main, 'package.json', 'readme.md', 'changelog.md', 'LICENSE.txt', 'media/icon.png', 'src/trainer/requirements.lock']));
  expect(statSync(vsix).size).toBeLessThan(mostBytes);
});

test('its manifest says where it works, and nothing about how it is built', () => {
  const manifest: unknown = JSON.parse(readFileSync(path.join(extension, 'package.json'), 'utf8'));
  expect(manifest).toMatchObject({ main: './dist/extension/extension.mjs', extensionKind: ['workspace'], engines: { vscode: '^1.101.0' }, icon: 'media/icon.png' });
  for (const key of ['scripts', 'dependencies', 'devDependencies', 'bin', 'overrides', 'private']) expect(manifest).not.toHaveProperty(key);
  expect(readFileSync(path.join(folder, 'unpacked', 'extension.vsixmanifest'), 'utf8')).toContain(`TargetPlatform="${target}"`);
});

test('every file that its contributions name is there', () => {
  const manifest: unknown = JSON.parse(readFileSync(path.join(extension, 'package.json'), 'utf8'));
  const named = JSON.stringify(manifest).match(/"(\.|media)\/[\w./-]+\.[a-z]+"/g)?.map((text) => path.normalize(JSON.parse(text) as string)) ?? [];
  expect(named.length).toBeGreaterThan(1);
  expect(named.filter((file) => !existsSync(path.join(extension, file)))).toEqual([]);
});

test('its backend writes a workspace, imports a dataset and lists it', async () => {
  expect((await backend.request('workspace/scaffold', {})).created).toContain('CodeAgents/AGENTS.md');
  const rows = Array.from({ length: 60 }, (_, index) => JSON.stringify({ prompt: `What is ${String(index)} plus ${String(index * 3)}?`, completion: String(index * 4) }));
  writeFileSync(path.join(folder, 'workspace', 'sums.jsonl'), rows.join('\n'));
  expect((await backend.request('datasets/prepare', { paths: ['sums.jsonl'], name: 'sums' })).rows.kept).toBe(60);
  expect((await backend.request('datasets/list', {})).datasets).toHaveLength(1);
});

test('its worker and trainer run from a copy of the package', async () => {
  const set = Object.entries({ maxSteps: 3, tokensPerStep: 256, threads: 1, telemetrySeconds: 0, device: 'cpu' }).map(([key, value]) => ({ key, value }));
  const { runId } = await backend.request('runs/start', { dataset: 'sums', model: tinyModel, set });
  const run = runId ?? '';
  await until('the worker', () => processesWith(path.join(home.root, 'workers')).length > 0);
  const ended = await until('the end of the run', async () => {
    const status = await backend.request('runs/status', { run });
    return ['queued', 'starting', 'running'].includes(status.run.state) ? undefined : status.run;
  });
  expect(ended).toMatchObject({ state: 'completed', step: 3 });
});

test('its program for the keyring loads the binary, and says what it found', async () => {
  const programEntry = path.join(extension, 'dist', 'keyringProgram.mjs');
  const env = { PATH: process.env['PATH'], DBUS_SESSION_BUS_ADDRESS: `unix:path=${path.join(folder, 'no-bus')}` };
  const keyring = new Keyring({ entry: programEntry, env, limits: usualKeyringLimits, onWait: () => undefined });
  // Nobody ever keeps anything under this name: elsewhere than on Linux it is a real keyring that is asked.
  const found = await keyring.read({ service: 'training-camp-test', account: 'nobody' });
  expect(found).toEqual({ key: null, problem: process.platform === 'linux' ? expect.stringContaining('no Secret Service answers') : null });
});

test('its inference host asks the built-in model', async () => {
  const answer = await backend.request('ask', { prompt: 'Say hello.', maxTokens: 8 });
  expect(answer.text).not.toBe('');
});
