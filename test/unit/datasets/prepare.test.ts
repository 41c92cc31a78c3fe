import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { datasetIdOf } from '../../../src/backend/datasets/datasetId.ts';
import { addVersion, idOfName, listDatasets } from '../../../src/backend/store/datasets.ts';
import { prepareResultSchema, splitNames, type Split } from '../../../src/protocol/datasets.ts';
import { contentOf, DatasetBench, jsonLines } from '../../support/datasets.ts';

vi.setConfig({ testTimeout: 120_000 });

let bench: DatasetBench;
beforeEach(() => {
  bench = new DatasetBench();
});
afterEach(() => bench.dispose());

function pair(prompt: string, completion: string): { prompt: string; completion: string } {
  return { prompt, completion };
}

function manyPairs(count: number): { prompt: string; completion: string }[] {
  return Array.from({ length: count }, (_, index) => pair(`Question number ${String(index)} about ${String(index * 7919)}?`, `The answer is ${String(index * 104_729)}.`));
}

/** Each row's prompt by split. */
function promptsBySplit(reference: string): Record<Split, string[]> {
  const version = bench.datasets.find(reference);
  const found: Record<Split, string[]> = { train: [], validation: [], test: [] };
  for (const split of splitNames) {
    for (const row of bench.datasets.rowsOf(version, split)) found[split].push(row.kind === 'chat' ? contentOf(row.messages[0]) : '');
  }
  return found;
}

describe('duplicates', () => {
  it('leaves out rows that differ in case, white space and composition only', async () => {
    const file = bench.file('a.jsonl', jsonLines([
      pair('What is a café?', 'A place for coffee.'), pair('what  is a CAFE\u0301? ', 'a place\nfor coffee.'),
      pair('What is a café?', 'A place for tea.'), pair('What is a café?', 'A place for coffee.'),
    ]));
    const result = await bench.prepare(file);
    expect(result.rows).toMatchObject({ read: 4, kept: 2, duplicates: 2 });
  });

  it('keeps all rows with --dedupe off', async () => {
    const file = bench.file('a.jsonl', jsonLines([pair('Same question?', 'Same answer.'), pair('Same question?', 'Same answer.')]));
    expect((await bench.prepare(file, { dedupe: 'off' })).rows).toMatchObject({ kept: 2, duplicates: 0 });
  });

  it('tells rows with other tools or weights apart', async () => {
    const messages = [{ role: 'user', content: 'What time is it?' }, { role: 'assistant', content: 'It is noon.' }];
    const tools = (name: string) => [{ type: 'function', function: { name, parameters: { type: 'object', properties: {} } } }];
    const file = bench.file('a.jsonl', jsonLines([{ messages, tools: tools('clock') }, { messages, tools: tools('watch') }, { messages, tools: tools('clock') }]));
    expect((await bench.prepare(file)).rows).toMatchObject({ kept: 2, duplicates: 1 });
  });

  it('finds near duplicates, keeps them in one split, and removes them when asked', async () => {
    const story = (index: number) => Array.from({ length: 60 }, (_, word) => `word${String(index)}x${String(word * 31 % 97)}`).join(' ');
    const rows = manyPairs(60).flatMap((row, index) => [pair(row.prompt, story(index)), pair(`${row.prompt} Please.`, `${story(index)} Indeed.`)]);
    const file = bench.file('near.jsonl', jsonLines(rows));
    const together = await bench.prepare(file, { name: 'together' });
    expect(together.nearDuplicatesChecked).toBe(true);
    expect(together.rows).toMatchObject({ kept: 120, nearDuplicates: 60 });
    const splitOf = new Map(Object.entries(promptsBySplit('together')).flatMap(([split, prompts]) => prompts.map((prompt) => [prompt, split] as const)));
    for (const [prompt, split] of splitOf) expect(splitOf.get(prompt.replace(' Please.', ''))).toBe(split);
    const removed = await bench.prepare(file, { name: 'removed', dedupe: 'near' });
    expect(removed.rows).toMatchObject({ kept: 60, nearDuplicates: 60 });
    expect(bench.rows(removed)).toHaveLength(60);
    expect(removed.splits.train + removed.splits.validation + removed.splits.test).toBe(60);
  });
});

describe('splits', () => {
  it('follow the prompt: different answers to one prompt share a split', async () => {
    const rows = manyPairs(300).flatMap((row) => [row, pair(row.prompt, `${row.completion} Or so.`)]);
    await bench.prepare(bench.file('a.jsonl', jsonLines(rows)), { name: 'a' });
    const splits = promptsBySplit('a');
    const test = new Set([...splits.test, ...splits.validation]);
    expect(splits.train.filter((prompt) => test.has(prompt))).toEqual([]);
    expect(splits.test.length).toBeGreaterThan(20);
    expect(splits.validation.length).toBeGreaterThan(20);
  });

  it('are carried to the next version, whatever is added', async () => {
    await bench.prepare(bench.file('a.jsonl', jsonLines(manyPairs(200))), { name: 'a' });
    const before = promptsBySplit('a');
    const second = await bench.prepare(bench.file('b.jsonl', jsonLines(manyPairs(400).reverse())), { name: 'a', seed: 5, split: 'train=0.2,validation=0.2,test=0.6' });
    expect(second.dataset?.version).toBe(2);
    const after = promptsBySplit('a');
    for (const split of splitNames) expect(after[split]).toEqual(expect.arrayContaining(before[split]));
  });

  it('give small datasets validation and test rows', async () => {
    for (const count of [3, 4, 5, 8]) {
      const result = await bench.prepare(bench.file('a.jsonl', jsonLines(manyPairs(count))), { name: `small ${String(count)}` });
      expect(result.splits.train).toBeGreaterThan(0);
      expect(result.splits.validation).toBeGreaterThan(0);
      expect(result.splits.test).toBeGreaterThan(0);
    }
    const one = await bench.prepare(bench.file('a.jsonl', jsonLines(manyPairs(1))), { name: 'one' });
    expect(one.splits).toEqual({ train: 1, validation: 0, test: 0 });
  });

  it('take the shares and the seed that are asked for', async () => {
    const file = bench.file('a.jsonl', jsonLines(manyPairs(500)));
    const all = await bench.prepare(file, { name: 'all', split: 'train=1' });
    expect(all.splits).toEqual({ train: 500, validation: 0, test: 0 });
    await bench.prepare(file, { name: 'zero' });
    await bench.prepare(file, { name: 'one', seed: 1 });
    expect(promptsBySplit('zero').test).not.toEqual(promptsBySplit('one').test);
  });

  it('never put a prompt that a declared test file shares with train on the train side', async () => {
    const shared = pair('A shared question here?', 'The first answer.');
    bench.file('data/train.jsonl', jsonLines([...manyPairs(20), shared]));
    bench.file('data/test.jsonl', jsonLines([pair('Only in the test?', 'Yes, only there.'), pair(shared.prompt, 'Another answer.')]));
    const result = await bench.prepare('data', { name: 'declared' });
    const splits = promptsBySplit('declared');
    expect(splits.train).not.toContain(shared.prompt);
    expect(splits.test.filter((prompt) => prompt === shared.prompt)).toHaveLength(2);
    expect(result.splits).toEqual({ train: 20, validation: 0, test: 3 });
  });

  it('are exported as little-endian triples that point at rows', async () => {
    await bench.prepare(bench.file('a.jsonl', jsonLines([...manyPairs(40), pair('Wie heißt das?', 'Größe 你好 😀')])), { name: 'a' });
    const version = bench.datasets.find('a');
    const rows = readFileSync(bench.datasets.rowsPath(version));
    let total = 0;
    for (const split of splitNames) {
      const target = path.join(bench.root, `${split}.idx`);
      const written = bench.datasets.writeSplit(version, split, target);
      const bytes = readFileSync(target);
      expect(bytes.length).toBe(written.rows * 24);
      for (let at = 0; at < bytes.length; at += 24) {
        const offset = Number(bytes.readBigInt64LE(at + 8));
        const length = Number(bytes.readBigInt64LE(at + 16));
        expect(JSON.parse(rows.subarray(offset, offset + length).toString('utf8'))).toHaveProperty('kind', 'chat');
        expect(rows[offset + length]).toBe(10);
      }
      total += written.rows;
    }
    expect(total).toBe(41);
  });
});

describe('versions', () => {
  it('are not made for the same content', async () => {
    const file = bench.file('a.jsonl', jsonLines(manyPairs(20)));
    expect((await bench.prepare(file, { name: 'a' })).dataset?.version).toBe(1);
    expect(await bench.prepare(file, { name: 'a' })).toMatchObject({ dataset: { version: 1 }, issueCounts: { same_content: 1 } });
    expect((await bench.prepare(file, { name: 'a', grader: 'exact' })).dataset?.version).toBe(2);
    expect(bench.datasets.versions('a').map((version) => version.version)).toEqual([1, 2]);
  });

  it('give each name its own id, also where names look alike', async () => {
    const file = bench.file('a.jsonl', jsonLines(manyPairs(3)));
    const first = await bench.prepare(file, { name: 'FAQ v1' });
    const second = await bench.prepare(file, { name: 'faq_v1' });
    expect([first.dataset?.id, second.dataset?.id]).toEqual(['ds_faq-v1', 'ds_faq-v1-2']);
  });

  it('are one per import when two run at once, under one name or under names with one slug', async () => {
    const [first, second] = await Promise.all([
      bench.prepare(bench.file('a.jsonl', jsonLines(manyPairs(200))), { name: 'same' }),
      bench.prepare(bench.file('b.jsonl', jsonLines(manyPairs(300))), { name: 'same' }),
    ]);
    expect([first.dataset?.version, second.dataset?.version].sort()).toEqual([1, 2]);
    expect((first.issueCounts['version_meanwhile'] ?? 0) + (second.issueCounts['version_meanwhile'] ?? 0)).toBe(1);
    const names = ['FAQ v1', 'faq_v1', 'faq.v1'];
    const results = await Promise.all(names.map((name, index) => bench.prepare(bench.file(`${String(index)}.jsonl`, jsonLines(manyPairs(100 + index))), { name })));
    expect(new Set(results.map((result) => result.dataset?.id)).size).toBe(3);
    for (const [index, name] of names.entries()) expect(bench.datasets.find(name)).toMatchObject({ name, version: 1, rows: 100 + index });
  });

  it('settle their id while no other import can write', () => {
    const version = { format: 'text', rows: 1, train: 1, validation: 0, test: 0, tokens: 1, quality: null, grader: 'none', sha256: 'a', splitsSha256: 'b', reportJson: '{}' };
    const add = (name: string) =>
      addVersion(bench.store, { ...version, name }, { idOf: () => idOfName(bench.store, name) ?? datasetIdOf(bench.store, name), isFree: () => true, move: (id, number) => `${id}/v${String(number)}` });
    const idInTransaction = add('Same slug');
    expect([idInTransaction.id, add('same_slug').id, add('same_slug').id, add('same slug!').id]).toEqual(['ds_same-slug', 'ds_same-slug-2', 'ds_same-slug-2', 'ds_same-slug-3']);
    expect(listDatasets(bench.store).map((dataset) => [dataset.name, dataset.version])).toEqual([['Same slug', 1], ['same slug!', 1], ['same_slug', 2]]);
  });

  it('go beside a folder that a killed import left in their place', async () => {
    mkdirSync(path.join(bench.workspace.datasets, 'ds_a', 'v1'), { recursive: true });
    writeFileSync(path.join(bench.workspace.datasets, 'ds_a', 'v1', 'rows.jsonl'), 'someone’s rows');
    const result = await bench.prepare(bench.file('a.jsonl', jsonLines(manyPairs(5))), { name: 'a' });
    expect(result.dataset).toMatchObject({ version: 2, path: path.join(bench.workspace.datasets, 'ds_a', 'v2') });
    expect(readFileSync(path.join(bench.workspace.datasets, 'ds_a', 'v1', 'rows.jsonl'), 'utf8')).toBe('someone’s rows');
  });

  it('compare in both directions as mirror images', async () => {
    await bench.prepare(bench.file('a.jsonl', jsonLines([...manyPairs(5), pair('To be changed?', 'The old answer.'), pair('To be removed?', 'Soon gone.')])), { name: 'a' });
    await bench.prepare(bench.file('b.jsonl', jsonLines([pair('Is it new?', 'It is.'), pair('To be changed?', 'The new answer.'), ...manyPairs(5)])), { name: 'a' });
    const first = bench.datasets.find('a', 1);
    const second = bench.datasets.find('a', 2);
    const forward = bench.datasets.diff(first, second, 100);
    const backward = bench.datasets.diff(second, first, 100);
    expect(forward.counts).toMatchObject({ same: 5, added: 1, removed: 1, changed: 1 });
    expect(forward.changed[0]?.turns).toEqual([{ turn: 2, before: { role: 'assistant', text: 'The old answer.' }, after: { role: 'assistant', text: 'The new answer.' } }]);
    expect(backward.added).toEqual(forward.removed);
    expect(backward.removed).toEqual(forward.added);
    expect(backward.changed.map(({ beforeRow, afterRow, turns }) => ({ beforeRow: afterRow, afterRow: beforeRow, turns: turns.map((turn) => ({ ...turn, before: turn.after, after: turn.before })) }))).toEqual(
      forward.changed.map(({ beforeRow, afterRow, turns }) => ({ beforeRow, afterRow, turns })),
    );
  });

  it('are restored as new versions and removed to the trash', async () => {
    await bench.prepare(bench.file('a.jsonl', jsonLines(manyPairs(5))), { name: 'a' });
    await bench.prepare(bench.file('b.jsonl', jsonLines(manyPairs(9))), { name: 'a' });
    const restored = bench.datasets.restore('a', 1);
    expect(restored).toMatchObject({ isNew: true, dataset: { version: 3, rows: 5 } });
    expect(restored.dataset.sha256).toBe(bench.datasets.find('a', 1).sha256);
    expect(bench.datasets.restore('a', 1)).toMatchObject({ isNew: false, dataset: { version: 3 } });
    await expect(bench.datasets.remove('a', { isConfirmed: false, isForced: false })).rejects.toMatchObject({ kind: 'confirmation' });
    const removed = await bench.datasets.remove('a', { isConfirmed: true, isForced: false });
    expect(existsSync(path.join(removed.trash, 'v3', 'rows.jsonl'))).toBe(true);
    expect(() => bench.datasets.find('a')).toThrow(/no dataset/);
    expect((await bench.prepare(bench.file('a.jsonl', jsonLines(manyPairs(5))), { name: 'a' })).dataset?.version).toBe(4);
  });
});

describe('nothing is left behind', () => {
  const leftovers = (): string[] => (existsSync(bench.workspace.datasets) ? readdirSync(bench.workspace.datasets) : []);

  it('by a plan', async () => {
    const result = await bench.prepare(bench.file('a.jsonl', `${jsonLines(manyPairs(5))}{"bad\n`), { plan: true });
    expect(prepareResultSchema.parse(result).keptLines?.[0]?.lines).toEqual([1, 2, 3, 4, 5]);
    expect(existsSync(bench.workspace.root)).toBe(false);
  });

  it('by a cancel', async () => {
    const abort = new AbortController();
    const file = bench.file('a.jsonl', jsonLines(manyPairs(60_000)));
    await expect(bench.prepare(file, {}, abort.signal, () => abort.abort())).rejects.toThrow();
    expect(leftovers()).toEqual([]);
  });

  it('by a file that changes or goes while it is read', async () => {
    const file = bench.file('a.jsonl', jsonLines(manyPairs(60_000)));
    await expect(bench.prepare(file, {}, undefined, () => appendFileSync(file, '{}\n'))).rejects.toMatchObject({ code: 'source_changed' });
    const gone = bench.file('b.jsonl', jsonLines(manyPairs(60_000)));
    await expect(bench.prepare(gone, {}, undefined, () => rmSync(gone, { force: true }))).rejects.toMatchObject({ code: 'source_changed' });
    expect(leftovers()).toEqual([]);
  });

  it('by --strict and by input without a good row', async () => {
    const file = bench.file('a.jsonl', `${jsonLines(manyPairs(5))}{"bad\n`);
    await expect(bench.prepare(file, { strict: true })).rejects.toMatchObject({ code: 'strict', kind: 'usage' });
    await expect(bench.prepare(bench.file('b.jsonl', '{"prompt":"Only a question?","completion":""}\n'))).rejects.toMatchObject({ kind: 'usage' });
    expect(leftovers()).toEqual([]);
  });
});

it('plans rows of no known format as such, and refuses to import them with the columns and a mapping', async () => {
  const file = bench.file('a.jsonl', `${jsonLines([{ headline: 'Rain', body: 'It rains all day.' }, { headline: 'Sun', body: 'The sun shines.' }])}{"bad\n`);
  const plan = prepareResultSchema.parse(await bench.prepare(file, { plan: true }));
  expect(plan).toMatchObject({ dataset: null, format: 'none', rows: { read: 3, kept: 0, invalid: 3 }, splits: { train: 0, validation: 0, test: 0 }, issueCounts: { format_none: 1, json_truncated: 1 } });
  expect(plan.issues[0]).toMatchObject({ code: 'format_none', severity: 'error', message: expect.stringContaining('"headline"'), fix: expect.stringContaining('--map') });
  await expect(bench.prepare(file)).rejects.toMatchObject({
    code: 'format_none', kind: 'usage', details: { format: 'none', columns: ['headline', 'body'], suggestion: expect.stringContaining('--map prompt=headline --map completion=body') },
  });
});

it('counts what every row became', async () => {
  const file = bench.file('a.jsonl', `${jsonLines([...manyPairs(10), ...manyPairs(3), pair('Short?', 'x')])}{"bad\n`);
  const { rows } = await bench.prepare(file, { minQuality: 9.5 });
  expect(rows.read).toBe(15);
  expect(rows.kept + rows.invalid + rows.duplicates + rows.lowQuality).toBe(rows.read);
  expect(rows.lowQuality).toBeGreaterThan(0);
});

it('lists no more problems than asked for and counts them all', async () => {
  const result = await bench.prepare(bench.file('a.jsonl', `${jsonLines(manyPairs(2))}${'{"bad\n'.repeat(50)}`), { maxIssues: 5 });
  expect(result.issues).toHaveLength(5);
  expect(Object.values(result.issueCounts).reduce((sum, count) => sum + count, 0)).toBe(50);
});

it.each(['../../etc/passwd', '\u001b[31mred', 'a/b', 'a\nb', '', ' '.repeat(3), 'x'.repeat(200)])('refuses %j as a name', async (name) => {
  expect(() => bench.prepare(bench.file('a.jsonl', jsonLines(manyPairs(1))), { name })).toThrow();
  await Promise.resolve();
});

it('keeps every good row of 10,000 fuzzed lines, with exact line numbers', async () => {
  let seed = 20_26;
  const random = (): number => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const junk = '{}[]",:\\ntrue0-eE.\u0000\u001b\ufeff\ud800é你😀 ';
  const lines: string[] = [];
  const good: number[] = [];
  for (let line = 1; line <= 10_000; line++) {
    const row = JSON.stringify(pair(`Question ${String(line)} of many?`, `The answer to it is ${String(line * 31)}.`));
    if (random() < 0.5) {
      lines.push(row);
      good.push(line);
      continue;
    }
    let text = row;
    for (let edit = 0; edit < 1 + random() * 4; edit++) {
      const at = Math.floor(random() * text.length);
      const piece = random() < 0.4 ? '' : (junk[Math.floor(random() * junk.length)] ?? '');
      text = text.slice(0, at) + piece + text.slice(at + Math.floor(random() * 3));
    }
    lines.push(text.replace(/[\r\n]/g, ''));
  }
  const result = await bench.prepare(bench.file('fuzz.jsonl', lines.join('\n')), { plan: true, maxIssues: 100_000 });
  const kept = new Set(result.keptLines?.[0]?.lines);
  expect(good.filter((line) => !kept.has(line))).toEqual([]);
  const wrong = new Set(result.issues.filter((issue) => issue.severity === 'error').map((issue) => issue.line));
  expect([...wrong].filter((line) => line !== null && kept.has(line))).toEqual([]);
  const filled = lines.filter((line) => line.trim() !== '').length;
  expect(result.rows.read).toBe(filled);
  expect(result.rows.invalid).toBe(filled - kept.size);
});
