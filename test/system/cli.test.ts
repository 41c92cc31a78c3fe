import { execa } from 'execa';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const entry = path.resolve(import.meta.dirname, '..', '..', 'dist', 'cli.mjs');
const failureSchema = z.strictObject({ error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) });
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cli-system-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function training(args: string[]) {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [entry, ...args], { cwd: folder, reject: false, stdin: 'ignore' });
  return { code: exitCode, stdout, stderr };
}

describe('a mistake on the command line', () => {
  test.each<[string, string[], number, RegExp]>([
    ['no command', [], 2, /A command is missing\. There are: init, /],
    ['a group without a command', ['dataset'], 2, /There are: show, diff, restore, remove\./],
    ['an unknown command', ['prepar', 'x'], 2, /Did you mean prepare\?/],
    ['an unknown command of a group', ['dataset', 'shwo', 'x'], 2, /Did you mean dataset show\?/],
    ['an unknown command below one that acts', ['queue', 'mvoe'], 2, /Did you mean queue move\?/],
    ['the name of a built-in property', ['constructor'], 2, /There is no command “constructor”/],
    ['an unknown option', ['list', '--lmit', '3'], 2, /Did you mean --limit\?/],
    ['a missing argument', ['metrics'], 2, /missing required argument/],
    ['a missing option', ['queue', 'move', 'job_x'], 2, /^--to: is missing$/],
    ['text for a number', ['list', '--limit', 'many'], 2, /^--limit: “many” is no number$/],
    ['a number out of range', ['metrics', 'latest', '--points', '0'], 2, /^--points: “0” must be at least 1$/],
    ['a value that is no choice', ['prepare', 'x', '--dedupe', 'maybe'], 2, /^--dedupe: “maybe” is none of exact, near, off$/],
    ['a run where there is none', ['status', 'latest'], 4, /There is no run yet/],
    ['a name that climbs', ['dataset', 'show', '../../etc'], 4, /There is no dataset/],
  ])('%s: one JSON document with a hint, and the same in words', async (_, args, code, message) => {
    const json = await training([...args, '--json']);
    expect({ code: json.code, stderr: json.stderr }).toEqual({ code, stderr: expect.not.stringMatching(/^error/m) });
    expect(failureSchema.parse(JSON.parse(json.stdout)).error.message).toMatch(message);
    if (args.length === 0) return;
    const words = await training(args);
    expect(words).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(/^error [^]*\nhint: /m) });
  });

  test('shows control characters instead of obeying them', async () => {
    const { stderr } = await training(['status', '\u001B[31mred']);
    expect(stderr).not.toContain('\u001B');
    expect(stderr).toContain(String.raw`\u001b[31mred`);
  });
});

describe('a folder that is no workspace', () => {
  test.each([[['list']], [['list', '--since', '7d']], [['status']], [['queue']], [['plan']], [['datasets']], [['adapter', 'list']]])('training %j finds nothing and leaves nothing there', async (args) => {
    const { code } = await training([...args, '--json']);
    expect({ code, left: readdirSync(folder) }).toEqual({ code: 0, left: [] });
  });

  test.each([[['status', 'latest']], [['logs', 'latest']], [['adapter', 'show', 'latest']], [['dataset', 'show', 'mine']], [['stop', 'latest']], [['start', '--dataset', 'mine']]])('training %j names what is missing, and leaves nothing there', async (args) => {
    const { code } = await training([...args, '--json']);
    expect({ code, left: readdirSync(folder) }).toEqual({ code: 4, left: [] });
  });
});

describe('help', () => {
  test('is shown where no command is named', async () => {
    const result = await training([]);
    expect(result).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Usage: training') });
  });

  test.each([[['help', 'queue', 'move']], [['queue', 'help', 'move']], [['queue', 'move', '--help']]])('training %j explains the command below the group', async (args) => {
    expect((await training(args)).stdout).toMatch(/^Usage: training queue move /);
  });

  test('and the version are one document with --json', async () => {
    expect(JSON.parse((await training(['prepare', '--help', '--json'])).stdout)).toEqual({ help: expect.stringContaining('--min-quality') });
    expect(JSON.parse((await training(['--version', '--json'])).stdout)).toEqual({ version: expect.stringMatching(/^\d+\.\d+/) });
  });
});

test('global options count before, between and after the words of a command', async () => {
  for (const args of [['--json', 'queue', 'list'], ['queue', '--json', 'list'], ['queue', 'list', '--json']]) {
    expect(JSON.parse((await training(args)).stdout)).toEqual({ jobs: [], healthy: true, paused: false });
  }
});

test('a plan of the same files is the same bytes', async () => {
  writeFileSync(path.join(folder, 'rows.jsonl'), '{"prompt":"Which?","completion":"This one."}\n{"prompt":"Where?","completion":"NaN"}\n{broken\n');
  const plans = [await training(['prepare', 'rows.jsonl', '--plan', '--json']), await training(['prepare', 'rows.jsonl', '--plan', '--json', '--quiet'])];
  expect(plans[0]).toMatchObject({ code: 0, stdout: expect.stringContaining('"file":"rows.jsonl","line":3') });
  expect(plans[1]).toEqual({ code: 0, stdout: plans[0]?.stdout, stderr: '' });
});

test('a reader that closes the pipe is no failure', async () => {
  const child = execa(process.execPath, [entry, '--help'], { cwd: folder, reject: false, stdin: 'ignore' });
  child.stdout.destroy();
  const { exitCode, stderr } = await child;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});
