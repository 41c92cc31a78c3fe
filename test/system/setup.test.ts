import { execa } from 'execa';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { doctorResultSchema, scaffoldResultSchema, setupResultSchema } from '../../src/protocol/setup.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) });
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'setup-system-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the built command line as a user would. */
async function training(args: string[], env: Record<string, string> = {}) {
  const result = await execa(process.execPath, [path.join(root, 'dist', 'cli.mjs'), ...args], { cwd: folder, env, reject: false, stdin: 'ignore' });
  return { code: result.exitCode, stdout: result.stdout, json: () => z.json().parse(JSON.parse(result.stdout)) };
}

describe('init', () => {
  test('scaffolds a workspace whose dataset can be prepared, and keeps it the second time', async () => {
    const first = scaffoldResultSchema.parse((await training(['--json', 'init'])).json());
    expect(first.kept).toEqual([]);
    const again = scaffoldResultSchema.parse((await training(['init', '--json'])).json());
    expect(again).toMatchObject({ created: [], kept: first.created });
    const plan = await training(['prepare', 'CodeAgents/datasets/example.jsonl', '--plan', '--json']);
    expect(plan.json()).toMatchObject({ format: 'prompt_completion', rows: { kept: 4, invalid: 0 } });
  });
});

describe('setup', () => {
  test('does nothing where all is there', async () => {
    const result = await training(['setup', '--json']);
    expect(result.code).toBe(0);
    expect(setupResultSchema.parse(result.json())).toMatchObject({ python: { version: expect.stringMatching(/^3\./) }, model: { id: 'smollm2-135m-instruct' } });
  });

  test('without a Python says so in one JSON document and leaves no half environment', async () => {
    const home = path.join(folder, 'home');
    const result = await training(['setup', '--json'], { TRAINING_CAMP_HOME: home, TRAINING_CAMP_PYTHON: path.join(folder, 'no-python') });
    expect(result.code).toBe(1);
    expect(errorSchema.parse(result.json()).error.code).toBe('python_not_found');
    expect(existsSync(path.join(home, 'python', 'venv'))).toBe(false);
    expect(readdirSync(home)).not.toContain('setup.lock');
  });
});

describe('doctor', () => {
  test('finds nothing wrong on a machine that is set up', async () => {
    const result = await training(['doctor', '--json']);
    const { checks, ok } = doctorResultSchema.parse(result.json());
    expect(checks.filter((check) => check.status === 'error')).toEqual([]);
    expect({ ok, code: result.code }).toEqual({ ok: true, code: 0 });
    expect(checks.map((check) => check.id)).toEqual(expect.arrayContaining(['node', 'sqlite', 'python', 'environment', 'torch', 'gpu', 'model', 'inference', 'keys', 'disk-home', 'database', 'worker']));
  });

  test('exits with 1 and names the remedy where nothing is set up', async () => {
    const result = await training(['doctor', '--json'], { TRAINING_CAMP_HOME: path.join(folder, 'empty') });
    const { checks, ok } = doctorResultSchema.parse(result.json());
    expect({ ok, code: result.code }).toEqual({ ok: false, code: 1 });
    expect(checks.filter((check) => check.status === 'error').map((check) => [check.id, check.hint])).toEqual([
      ['environment', 'Run: training setup'],
      ['model', 'Run: training setup'],
    ]);
  });
});

describe('schema and completion', () => {
  test('schema prints JSON Schema of a result', async () => {
    expect((await training(['schema', 'doctor'])).stdout).toContain('"checks"');
  });

  test.each(['bash', 'zsh', 'fish', 'powershell'])('there is a script for %s that asks this command line', async (shell) => {
    expect((await training(['completion', shell])).stdout).toContain('training completion');
  });

  test.each([
    [['sta'], /^start\b/m],
    [['adapter', 't'], /^test\b/m],
    [['start', '--prio'], /^--priority\b/m],
    [['start', '--priority', ''], /^high\b/m],
  ])('%j is completed', async (words, expected) => {
    expect((await training(['completion', 'complete', '--', ...words])).stdout).toMatch(expected);
  });

  test('an unknown shell is wrong usage', async () => {
    expect((await training(['completion', 'tcsh', '--json'])).code).toBe(2);
  });
});

describe('the training command of a clone', () => {
  test('answers with the exit code and output of the command line', async () => {
    const result = await execa(process.execPath, [path.join(root, 'src', 'training.mjs'), 'schema', 'no-such-command', '--json'], { reject: false, stdin: 'ignore' });
    expect(result.exitCode).toBe(4);
    expect(errorSchema.parse(JSON.parse(result.stdout)).error.code).toBe('unknown_command');
  });
});
