import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { askResultSchema } from '../../src/protocol/inference.ts';
import { errorDocumentSchema } from '../support/errorDocument.ts';
import { installedModel } from '../support/builtInModel.ts';
import { processesWith } from '../support/processes.ts';
import { addStoredRun } from '../support/storedRun.ts';
import { until } from '../support/until.ts';

const entry = path.resolve(import.meta.dirname, '..', '..', 'dist', 'cli.mjs');

function training(args: string[], input = '') {
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
  child.stdin.end(input);
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const outcome = Promise.all([code, text(child.stdout), text(child.stderr)]).then(([exitCode, out, err]) => ({ exitCode, out, err }));
  return { child, outcome };
}

test('answers on stdout and ends', async () => {
  const { outcome } = training(['ask', 'What is the capital of France?', '--max-tokens', '16', '--system', 'You are a helpful assistant.']);
  const { exitCode, out, err } = await outcome;
  expect(exitCode).toBe(0);
  expect(out.trim()).not.toBe('');
  expect(err).toMatch(/tokens\/s/);
});

test('reads the prompt from standard input and prints one document with --json', async () => {
  const { exitCode, out } = await training(['ask', '--json', '--max-tokens', '4'], 'Say hello.').outcome;
  expect(exitCode).toBe(0);
  expect(askResultSchema.parse(JSON.parse(out))).toMatchObject({ model: installedModel().id, adapter: null, tokens: 4, stop: 'length' });
});

test('says beside the answer which runs train on the CPU, and nothing of a run that is over', async () => {
  const workspace = mkdtempSync(path.join(tmpdir(), 'camp-ask-'));
  onTestFinished(() => rmSync(workspace, { recursive: true }));
  addStoredRun(workspace, { name: 'busy', steps: 3, totalSteps: 100, state: 'running' });
  addStoredRun(workspace, { name: 'over', steps: 3, state: 'completed' });
  const { exitCode, out, err } = await training(['ask', 'Say hello.', '--json', '--max-tokens', '4', '--workspace', workspace]).outcome;
  expect(exitCode).toBe(0);
  expect(askResultSchema.parse(JSON.parse(out)).tokens).toBe(4);
  expect(err.split('\n').filter((line) => line.includes('CPU'))).toEqual(['run_busy trains on the CPU: answers of models on this machine will be slow, and slow the run down.']);
});

test('the same seed gives the same answer at any temperature', async () => {
  const args = ['ask', 'Tell me a story.', '--json', '--max-tokens', '8', '--temperature', '1', '--seed', '7'];
  const first = askResultSchema.parse(JSON.parse((await training(args).outcome).out));
  const second = askResultSchema.parse(JSON.parse((await training(args).outcome).out));
  expect(second.text).toBe(first.text);
});

test.each([
  [['ask', 'hi', '--model', 'no-such-model'], 4, 'model_not_found'],
  [['ask', 'hi', '--model', 'no-such-file.gguf'], 4, 'model_not_found'],
  [['ask', 'hi', '--adapter', '../../x'], 4, 'adapter_not_found'],
  [['ask', '   '], 2, 'usage'],
  [['ask', 'hi', '--max-tokens', '0'], 2, 'usage'],
])('%j exits with %d and %s', async (args, exitCode, code) => {
  const result = await training([...args, '--json', '--workspace', path.resolve(import.meta.dirname, '..', '..')]).outcome;
  expect(result.exitCode).toBe(exitCode);
  expect(errorDocumentSchema.parse(JSON.parse(result.out)).error.code).toBe(code);
});

test('an interrupt ends the answer and leaves no inference host', async () => {
  const { child, outcome, ownHosts } = await longAnswer();
  child.kill('SIGINT');
  expect((await outcome).exitCode).toBe(130);
  await until('the inference host has ended', () => !hosts().some((pid) => ownHosts.includes(pid)), 10_000);
});

test('an inference host ends when the process that started it is killed', async () => {
  const { child, outcome, ownHosts } = await longAnswer();
  child.kill('SIGKILL');
  await outcome;
  await until('the inference host has ended', () => !hosts().some((pid) => ownHosts.includes(pid)), 10_000);
});

/** An answer in the middle of being written, and the host that writes it. */
async function longAnswer() {
  const before = hosts();
  const started = training(['ask', 'Count from 1 to 500.', '--max-tokens', '2000']);
  await new Promise((resolve) => started.child.stdout.once('data', resolve));
  const ownHosts = hosts().filter((pid) => !before.includes(pid));
  expect(ownHosts.length).toBeGreaterThan(0);
  return { ...started, ownHosts };
}

function hosts(): number[] {
  return processesWith('inferenceHost.mjs').map(({ pid }) => pid);
}

