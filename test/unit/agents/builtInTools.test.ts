import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateArithmetic } from '../../../src/backend/agents/executor/tools/builtIn/arithmetic.ts';
import { builtInToolNames, makeToolBox } from '../../../src/backend/agents/executor/tools/toolBox.ts';
import type { Clock } from '../../../src/backend/platform/clock.ts';
import { notFound } from '../../../src/protocol/errors.ts';

const clock: Clock = { now: () => new Date('2026-03-01T10:00:00Z'), monotonicMs: () => performance.now(), sleep: async () => await Promise.resolve() };
const servers = { open: async (server: string) => await Promise.reject(notFound('tool_not_found', server)), offered: async () => await Promise.resolve([]), dispose: async () => await Promise.resolve() };
const signal = new AbortController().signal;
let root: string;
let outside: string;

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'tools-'));
  outside = mkdtempSync(path.join(tmpdir(), 'outside-'));
  const write = (name: string, text: string, folder = root) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  write('.gitignore', 'build/\n*.log\n!keep.log\n');
  write('src/.gitignore', 'generated.ts\n');
  write('src/main.ts', 'first\nneedle here\r\nThe NEEDLE again\n');
  for (const name of ['src/generated.ts', 'build/out.js', 'a.log', '.env', '.env.local', 'deploy.pem', 'id_rsa', '.git/config', '.training/notes.txt', 'node_modules/x/index.js', 'secrets.yaml', 'picture.bin']) write(name, name === 'picture.bin' ? 'needle\0' : 'needle\n');
  write('keep.log', 'needle kept\n');
  write('secret.txt', 'needle outside\n', outside);
  symlinkSync(outside, path.join(root, 'linked'));
  symlinkSync(path.join(outside, 'secret.txt'), path.join(root, 'src', 'linked.txt'));
});

afterAll(() => {
  for (const folder of [root, outside]) rmSync(folder, { recursive: true });
});

async function call(name: string, input: Record<string, unknown>): Promise<string> {
  const [tool] = await makeToolBox({ root, clock, servers }).open([name], signal);
  return await tool!.call(input, signal);
}

describe('calculator', () => {
  it.each([
    ['1 + 2 * 3', 7], ['(1+2)*3', 9], ['-2^2', -4], ['2^-1', 0.5], ['2^3^2', 512], ['2**3', 8], ['10 % 4', 2], ['1.5e3/3', 500], ['sqrt(16) + max(1, 2, 3)', 7], ['-(3) - -4', 1], ['round(2.5) * pi', 3 * Math.PI], ['1_000 × 2 ÷ 4', 500],
  ])('%s is %d', (expression, value) => {
    expect(evaluateArithmetic(expression)).toBeCloseTo(value, 12);
  });

  it.each(['', '1 +', '(1', '1 2', 'process.exit()', 'sqrt(1, 2)', '1/0', 'a', '('.repeat(500), '"1"', '9'.repeat(999) + '^9'])('refuses %s', (expression) => {
    expect(() => evaluateArithmetic(expression)).toThrow(expect.objectContaining({ code: 'expression_invalid' }));
  });

  it('answers with the digits that are sure', async () => {
    await expect(call('calculator', { expression: '0.1 + 0.2' })).resolves.toBe('0.3');
    await expect(call('calculator', { formula: '1' })).rejects.toMatchObject({ code: 'tool_input_invalid' });
  });
});

describe('json_query', () => {
  it('finds values', async () => {
    await expect(call('json_query', { json: '{"a":[{"p":1,"n":"x"},{"p":9,"n":"y"}]}', query: '$.a[?@.p < 5].n' })).resolves.toBe('["x"]');
  });

  it('refuses what is no JSON, no query, or a regular expression of JavaScript', async () => {
    await expect(call('json_query', { json: '{', query: '$' })).rejects.toMatchObject({ code: 'json_invalid' });
    await expect(call('json_query', { json: '{}', query: 'a.b[' })).rejects.toMatchObject({ code: 'query_invalid' });
    await expect(call('json_query', { json: '["aaaa"]', query: "$[?match(@, '(a+)+b')]" })).rejects.toMatchObject({ code: 'query_invalid' });
  });

  it('ends a query that would take for ever', async () => {
    const json = JSON.stringify(Array.from({ length: 30_000 }, (_, index) => [index]));
    await expect(call('json_query', { json, query: '$..[?count($..[?count($..*) < 0]) > 9]' })).rejects.toMatchObject({ code: 'tool_timeout' });
  });
});

describe('regex', () => {
  it('finds and replaces', async () => {
    expect(JSON.parse(await call('regex', { pattern: '(\\d+)-(x)?', text: 'a 12-x 7-' }))).toEqual([{ match: '12-x', index: 2, groups: ['12', 'x'] }, { match: '7-', index: 7, groups: ['7', null] }]);
    await expect(call('regex', { operation: 'replace', pattern: '(\\w)(\\w)', text: 'ab cd', replacement: '$2$1' })).resolves.toBe('ba dc');
  });

  it('takes no longer for a pattern that is made to hang', async () => {
    await expect(call('regex', { pattern: '(a+)+$', text: `${'a'.repeat(50_000)}b` })).resolves.toBe('[]');
    await expect(call('regex', { pattern: '(?=a)', text: 'a' })).rejects.toMatchObject({ code: 'pattern_invalid' });
  });
});

describe('date', () => {
  it.each([
    [{ operation: 'now' }, '2026-03-01T10:00:00.000Z'],
    [{ operation: 'add', date: '2026-01-31', months: 1 }, '2026-02-28T00:00:00.000Z'],
    [{ operation: 'add', date: '2024-02-29', years: 1, days: 1 }, '2025-03-01T00:00:00.000Z'],
    [{ operation: 'weekday', date: '2026-03-01' }, 'Sunday'],
    [{ operation: 'difference', date: '2026-03-01', other: '2026-02-27T12:00:00Z' }, '{"days":-1,"hours":-12,"minutes":0,"totalSeconds":-129600}'],
  ])('%o', async (input, answer) => {
    await expect(call('date', input)).resolves.toBe(answer);
  });

  it('refuses days that do not exist', async () => {
    for (const date of ['2026-02-30', 'tomorrow', '2026-13-01']) await expect(call('date', { operation: 'weekday', date })).rejects.toMatchObject({ code: 'date_invalid' });
  });
});

describe('workspace_search', () => {
  it('finds lines, and neither what git ignores, nor secrets, nor what links lead to', async () => {
    await expect(call('workspace_search', { query: 'needle' })).resolves.toBe('keep.log:1: needle kept\nsrc/main.ts:2: needle here\nsrc/main.ts:3: The NEEDLE again');
  });

  it('looks by a pattern, below a folder, and says where there is more', async () => {
    await expect(call('workspace_search', { query: '^need', isRegex: true, folder: './src/' })).resolves.toBe('src/main.ts:2: needle here');
    await expect(call('workspace_search', { query: 'needle', maxResults: 1 })).resolves.toBe('keep.log:1: needle kept\n[There may be more.]');
  });

  it.each(['../', `../../${'../'.repeat(8)}etc`, '/etc', 'linked', 'src/../..'])('reaches nothing by the folder %s', async (folder) => {
    await expect(call('workspace_search', { query: 'e', folder })).resolves.toBe('Nothing was found.');
  });
});

it('has every built-in tool under its name', async () => {
  const tools = await makeToolBox({ root, clock, servers }).open([...builtInToolNames], signal);
  expect(tools.map(({ definition }) => definition.function.name)).toEqual([...builtInToolNames]);
  for (const { definition } of tools) expect(definition.function['parameters']).toMatchObject({ type: 'object' });
});
