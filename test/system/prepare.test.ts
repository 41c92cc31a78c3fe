import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { datasetsResultSchema, datasetShowResultSchema } from '../../src/protocol/datasetResults.ts';
import { prepareResultSchema } from '../../src/protocol/datasets.ts';
import { until } from '../support/until.ts';

vi.setConfig({ testTimeout: 180_000 });

const cli = path.resolve(import.meta.dirname, '../../dist/cli.mjs');
const mayMount = process.platform === 'linux' && userInfo().uid === 0;

let root: string;
let workspace: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'training-camp-test-'));
  workspace = path.join(root, 'workspace');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function start(args: string[]) {
  return execa(process.execPath, [cli, ...args, '--workspace', workspace], { cwd: root, reject: false });
}

async function json(args: string[]): Promise<{ exitCode: number | undefined; document: unknown }> {
  const { exitCode, stdout } = await start([...args, '--json']);
  expect(stdout.split('\n')).toHaveLength(1);
  return { exitCode, document: JSON.parse(stdout) };
}

function writeRows(name: string, count: number): string {
  const rows = Array.from({ length: count }, (_, index) => JSON.stringify({ prompt: `What is ${String(index)} plus ${String(index)}?`, completion: `It is ${String(2 * index)}.` }));
  writeFileSync(path.join(root, name), `${rows.join('\n')}\n`);
  return name;
}

function writeLargeFile(name: string): string {
  const filler = 'some more words to fill the row '.repeat(30);
  const rows = Array.from({ length: 60_000 }, (_, index) => JSON.stringify({ prompt: `What is ${String(index)}? ${filler}`, completion: `It is ${String(2 * index)}.` }));
  writeFileSync(path.join(root, name), rows.join('\n'));
  return name;
}

const datasets = (): string => path.join(workspace, '.training', 'datasets');

it('imports, lists, shows, compares, restores and removes', async () => {
  writeRows('faq.jsonl', 30);
  const first = await json(['prepare', 'faq.jsonl', '--grader', 'exact']);
  expect(first.exitCode).toBe(0);
  const prepared = prepareResultSchema.parse(first.document);
  expect(prepared).toMatchObject({ format: 'prompt_completion', rows: { read: 30, kept: 30 }, dataset: { name: 'faq', version: 1 } });
  const listed = datasetsResultSchema.parse((await json(['datasets'])).document);
  expect(listed.datasets).toMatchObject([{ name: 'faq', version: 1, rows: 30, grader: 'exact' }]);
  const bytes = readFileSync(path.join(listed.datasets[0]?.path ?? '', 'rows.jsonl'));
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(listed.datasets[0]?.sha256);

  const shown = datasetShowResultSchema.parse((await json(['dataset', 'show', 'faq', '--where', 'split=test', '--rows', '1-2'])).document);
  expect(shown.total).toBe(prepared.splits.test);
  expect(shown.rows[0]).toMatchObject({ split: 'test', file: 'faq.jsonl' });

  writeRows('faq.jsonl', 31);
  expect((await json(['prepare', 'faq.jsonl', '--grader', 'exact'])).document).toMatchObject({ dataset: { version: 2 } });
  expect((await json(['dataset', 'diff', 'faq@1', 'faq@2'])).document).toMatchObject({ diff: { counts: { same: 30, added: 1, removed: 0, changed: 0 } } });
  expect((await json(['dataset', 'restore', 'faq', '--version', '1'])).document).toMatchObject({ dataset: { version: 3, rows: 30 }, isNew: true });
  expect(await json(['dataset', 'remove', 'faq'])).toMatchObject({ exitCode: 3, document: { error: { code: 'confirm_remove' } } });
  expect(await json(['dataset', 'remove', 'faq', '--yes'])).toMatchObject({ exitCode: 0 });
  expect(await json(['dataset', 'show', 'faq'])).toMatchObject({ exitCode: 4, document: { error: { code: 'dataset_not_found' } } });
});

it('plans without touching the workspace', async () => {
  writeRows('faq.jsonl', 5);
  const { exitCode, document } = await json(['prepare', 'faq.jsonl', '--plan']);
  expect(exitCode).toBe(0);
  expect(document).toMatchObject({ dataset: null, keptLines: [{ file: 'faq.jsonl', lines: [1, 2, 3, 4, 5] }] });
  expect(existsSync(workspace)).toBe(false);
});

it('warns of secrets in rows, which it keeps, and never writes them again', async () => {
  const token = `ghp_${'aB3dE5gH7'.repeat(4)}`;
  const rows = [
    { prompt: 'Which key?', completion: `Use ${token}, and ${token} again.` },
    { prompt: 'Set DB_PASSWORD=kV9#mQ2x first.', completion: 'Done.' },
    { prompt: 'Which form?', completion: 'OPENAI_API_KEY=YOUR_API_KEY or sk-...' },
  ];
  writeFileSync(path.join(root, 'keys.jsonl'), `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
  const { document } = await json(['prepare', 'keys.jsonl', '--plan']);
  const result = prepareResultSchema.parse(document);
  expect(result).toMatchObject({ rows: { read: 3, kept: 3 }, issueCounts: { text_secret: 2 } });
  expect(result.issues.filter(({ code }) => code === 'text_secret')).toMatchObject([
    { line: 1, column: JSON.stringify(rows[0]).indexOf(token) + 1, path: '$.messages[1].content', severity: 'warning', message: 'This looks like a secret: GitHub token, ghp_… (40 characters).' },
    { line: 2, column: JSON.stringify(rows[1]).indexOf('kV9#mQ2x') + 1, path: '$.messages[0].content', message: 'This looks like a secret: password or key, kV… (8 characters).' },
  ]);
  expect(JSON.stringify(result)).not.toContain(token);
  const { stdout, stderr } = await start(['prepare', 'keys.jsonl']);
  expect(stdout).toContain('text_secret');
  expect(stdout + stderr).not.toContain(token);
});

it('plans a file of no known format with format none and exit code 2', async () => {
  writeFileSync(path.join(root, 'news.jsonl'), '{"headline":"Rain","body":"It rains."}\n{"headline":"Sun","body":"It shines."}\n');
  expect(await json(['prepare', 'news.jsonl', '--plan'])).toMatchObject({ exitCode: 2, document: { dataset: null, format: 'none', rows: { read: 2, kept: 0 } } });
  expect(await json(['prepare', 'news.jsonl'])).toMatchObject({ exitCode: 2, document: { error: { code: 'format_none', details: { format: 'none', columns: ['headline', 'body'] } } } });
});

it.each<[string, string[], number, string]>([
  ['a missing file', ['prepare', 'nowhere.jsonl'], 4, 'file_not_found'],
  ['an empty file', ['prepare', 'empty.jsonl'], 2, 'file_empty'],
  ['errors under --strict', ['prepare', 'bad.jsonl', '--strict'], 2, 'strict'],
  ['shares that do not add up', ['prepare', 'bad.jsonl', '--split', 'train=0.5'], 2, 'usage'],
  ['an unknown target of --map', ['prepare', 'bad.jsonl', '--map', 'answer=a'], 2, 'map_target'],
  ['a name that is a path', ['prepare', 'bad.jsonl', '--name', '../up'], 2, 'usage'],
])('answers %s with its exit code', async (_name, args, code, error) => {
  writeFileSync(path.join(root, 'empty.jsonl'), '');
  writeFileSync(path.join(root, 'bad.jsonl'), '{"prompt":"A question?","completion":"An answer."}\n{"prompt":\n');
  expect(await json(args)).toMatchObject({ exitCode: code, document: { error: { code: error } } });
  expect(existsSync(datasets()) ? readdirSync(datasets()) : []).toEqual([]);
});

it('shows hostile text inert', async () => {
  writeFileSync(path.join(root, 'hostile\u001b[31m.jsonl'), '{"prompt":"Say \\u001b[2J\\u202e now?","completion":"No \\u001b]0;title\\u0007 here."}\n{"\u001b[31mbad\n');
  const { stdout, stderr } = await start(['prepare', 'hostile\u001b[31m.jsonl', '--name', 'hostile', '--no-color']);
  const shown = await start(['dataset', 'show', 'hostile', '--no-color']);
  expect(`${stdout}${stderr}${shown.stdout}`).not.toMatch(/[\u001b\u0007\u202e]/);
  expect(shown.stdout).toContain('Say');
});

it('ends with 130 and leaves nothing behind when interrupted', async () => {
  const running = start(['prepare', writeLargeFile('large.jsonl')]);
  await until('it writes', () => readdirSync(datasets()).length > 0);
  running.kill('SIGINT');
  expect((await running).exitCode).toBe(130);
  expect(readdirSync(datasets())).toEqual([]);
});

it('leaves no version when killed, and the next import clears up', async () => {
  const running = start(['prepare', writeLargeFile('large.jsonl')]);
  await until('it writes', () => readdirSync(datasets()).length > 0);
  running.kill('SIGKILL');
  await running;
  expect((await json(['datasets'])).document).toEqual({ datasets: [] });
  expect((await json(['prepare', writeRows('small.jsonl', 5)])).exitCode).toBe(0);
  expect(readdirSync(datasets())).toEqual(['ds_small']);
});

it('makes one version per import when two run at once under one name', async () => {
  writeRows('a.jsonl', 200);
  writeRows('b.jsonl', 300);
  const results = await Promise.all([json(['prepare', 'a.jsonl', '--name', 'same']), json(['prepare', 'b.jsonl', '--name', 'same'])]);
  expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(results.map(({ document }) => prepareResultSchema.parse(document).dataset?.version).sort()).toEqual([1, 2]);
  expect(readdirSync(path.join(datasets(), 'ds_same')).sort()).toEqual(['v1', 'v2']);
});

it('makes a dataset per name when names of one slug are imported at once', async () => {
  const names = ['FAQ v1', 'faq_v1', 'faq.v1'];
  const files = names.map((_name, index) => writeRows(`${String(index)}.jsonl`, 20 + index));
  const results = await Promise.all(names.map((name, index) => json(['prepare', files[index] ?? '', '--name', name])));
  const made = results.map(({ document }) => prepareResultSchema.parse(document).dataset);
  expect(new Set(made.map((dataset) => dataset?.id)).size).toBe(3);
  const listed = datasetsResultSchema.parse((await json(['datasets'])).document).datasets;
  for (const [index, name] of names.entries()) expect(listed.find((dataset) => dataset.name === name)).toMatchObject({ version: 1, rows: 20 + index });
});

describe.skipIf(!mayMount)('a full disk (needs root on Linux, to mount a small tmpfs)', () => {
  it('is said, and nothing of the import stays', async () => {
    mkdirSync(workspace);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', workspace]);
    try {
      const large = writeLargeFile('large.jsonl');
      expect(await json(['prepare', large])).toMatchObject({ exitCode: 1, document: { error: { code: 'disk_full' } } });
      expect(readdirSync(datasets())).toEqual([]);
      expect((await json(['prepare', writeRows('small.jsonl', 5)])).exitCode).toBe(0);
    } finally {
      execFileSync('umount', [workspace]);
    }
  });
});
