import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DatasetRow } from '../../../src/protocol/datasets.ts';
import { contentOf, DatasetBench, jsonLines } from '../../support/datasets.ts';

vi.setConfig({ testTimeout: 120_000 });

let bench: DatasetBench;
beforeEach(() => {
  bench = new DatasetBench();
});
afterEach(() => bench.dispose());

const pairs = [
  { prompt: 'What is the capital of France?', completion: 'Paris is the capital of France.' },
  { prompt: 'Name a red fruit, please.', completion: 'A strawberry is a red fruit.' },
  { prompt: 'How many legs has a spider?', completion: 'A spider has eight legs.' },
];

function answers(rows: DatasetRow[]): string[] {
  return rows.map((row) => (row.kind === 'chat' ? contentOf(row.messages.at(-1)) : row.kind === 'text' ? row.text : ''));
}

async function importOf(name: string, content: string | Uint8Array, options: Record<string, unknown> = {}) {
  const file = bench.file(name, content);
  const plan = await bench.prepare(file, { ...options, plan: true });
  const result = await bench.prepare(file, options);
  return { plan, result, answers: answers(bench.rows(result)), lines: plan.keptLines?.[0]?.lines };
}

const expected = pairs.map((pair) => pair.completion);
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('files of every kind give the same rows', () => {
  const csv = `prompt,completion\n${pairs.map((pair) => `"${pair.prompt}","${pair.completion}"`).join('\n')}\n`;
  const cases: [string, string, string | Uint8Array, number[]][] = [
    ['JSON Lines', 'a.jsonl', jsonLines(pairs), [1, 2, 3]],
    ['JSON Lines without a last newline', 'a.jsonl', jsonLines(pairs).trimEnd(), [1, 2, 3]],
    ['JSON Lines with CRLF', 'a.jsonl', jsonLines(pairs).replaceAll('\n', '\r\n'), [1, 2, 3]],
    ['JSON Lines with CR', 'a.jsonl', jsonLines(pairs).replaceAll('\n', '\r'), [1, 2, 3]],
    ['JSON Lines with blank lines', 'a.jsonl', jsonLines(pairs).replaceAll('\n', '\n\n'), [1, 3, 5]],
    ['JSON Lines with a byte order mark', 'a.jsonl', `\ufeff${jsonLines(pairs)}`, [1, 2, 3]],
    ['JSON Lines in UTF-16 LE', 'a.jsonl', utf16(jsonLines(pairs)), [1, 2, 3]],
    ['JSON Lines in UTF-16 BE', 'a.jsonl', utf16(jsonLines(pairs)).swap16(), [1, 2, 3]],
    ['JSON Lines in UTF-16 without a mark', 'a.jsonl', Buffer.from(jsonLines(pairs), 'utf16le'), [1, 2, 3]],
    ['JSON Lines with a byte order mark in the middle', 'a.jsonl', jsonLines(pairs).replace('\n', '\n\ufeff'), [1, 2, 3]],
    ['JSON Lines of joined gzip files', 'a.jsonl.gz', Buffer.concat([gzipSync(jsonLines(pairs.slice(0, 2))), gzipSync(jsonLines(pairs.slice(2)))]), [1, 2, 3]],
    ['JSON Lines named .json', 'a.json', jsonLines(pairs), [1, 2, 3]],
    ['JSON Lines, gzipped', 'a.jsonl.gz', gzipSync(jsonLines(pairs)), [1, 2, 3]],
    ['a JSON array', 'a.json', JSON.stringify(pairs), [1, 1, 1]],
    ['a JSON array, an element per line', 'a.json', `[\n${pairs.map((pair) => JSON.stringify(pair)).join(',\n')}\n]\n`, [2, 3, 4]],
    ['a JSON array, pretty-printed', 'a.json', JSON.stringify(pairs, null, 2), [2, 6, 10]],
    ['a wrapped JSON array', 'a.json', JSON.stringify({ version: '1', tags: ['x'], data: pairs }), [1, 1, 1]],
    ['a wrapped JSON array under an own name', 'a.json', JSON.stringify({ info: { of: [1] }, questions: pairs }, null, 1), [8, 12, 16]],
    ['a JSON array, gzipped', 'a.json.gz', gzipSync(JSON.stringify(pairs)), [1, 1, 1]],
    ['CSV', 'a.csv', csv, [2, 3, 4]],
    ['CSV with CRLF and a byte order mark', 'a.csv', `\ufeff${csv.replaceAll('\n', '\r\n')}`, [2, 3, 4]],
    ['CSV with CR', 'a.csv', csv.replaceAll('\n', '\r'), [2, 3, 4]],
    ['CSV with semicolons', 'a.csv', csv.replaceAll('","', '";"').replace(',', ';'), [2, 3, 4]],
    ['CSV of joined files', 'a.csv', `\ufeff${csv.replace('\n"Name', '\n\ufeffprompt,completion\n"Name')}`, [2, 4, 5]],
    ['CSV that names its delimiter as Excel does', 'a.csv', `sep=;\r\n${csv.replaceAll('","', '";"').replace(',', ';')}`, [3, 4, 5]],
    ['TSV', 'a.tsv', csv.replaceAll('","', '"\t"').replace(',', '\t'), [2, 3, 4]],
    ['CSV, gzipped', 'a.csv.gz', gzipSync(csv), [2, 3, 4]],
    ['CSV without an extension', 'table', csv, [2, 3, 4]],
  ];
  it.each(cases)('%s', async (_name, file, content, lines) => {
    const imported = await importOf(file, content);
    expect(imported.answers).toEqual(expected);
    expect(imported.lines).toEqual(lines);
    expect(imported.result.format).toBe('prompt_completion');
  });
});

it('reads one object as one row', async () => {
  const imported = await importOf('one.json', JSON.stringify({ messages: [{ role: 'user', content: 'Hello there' }, { role: 'assistant', content: 'Good day' }] }, null, 2));
  expect(imported.answers).toEqual(['Good day']);
});

it('reads a bare list of messages per line', async () => {
  const lines = pairs.map((pair) => [{ role: 'user', content: pair.prompt }, { role: 'assistant', content: pair.completion }]);
  expect((await importOf('bare.jsonl', jsonLines(lines))).answers).toEqual(expected);
});

it('reads lines of text, and paragraphs where blank lines divide them', async () => {
  const lines = await importOf('lines.txt', 'The first line of text.\nThe second line of text.\n');
  expect(lines.answers).toEqual(['The first line of text.', 'The second line of text.']);
  const paragraphs = await importOf('paragraphs.txt', 'The first line\nof a paragraph.\n\nThe second\nparagraph here.\n');
  expect(paragraphs.answers).toEqual(['The first line\nof a paragraph.', 'The second\nparagraph here.']);
  expect(paragraphs.lines).toEqual([1, 4]);
  expect(paragraphs.result.issueCounts).toHaveProperty('text_paragraphs', 1);
});

it('reads Windows-1252 and says so', async () => {
  const imported = await importOf('old.csv', Buffer.from('prompt,completion\nWas kostet das?,Zwölf € und fünf Groschen – naja\n'.replace('€', '\x80').replace('–', '\x96'), 'latin1'));
  expect(imported.answers).toEqual(['Zwölf € und fünf Groschen – naja']);
  expect(imported.result.issueCounts).toHaveProperty('encoding_fallback', 1);
});

it('knows UTF-16 without a mark where hardly a character is ASCII', async () => {
  const text = 'prompt,completion\n日本語の質問です　はい？,はい、そうです　日本語で答えます。\nもう一つの質問です　どうぞ？,もう一つの答えです　どうぞ。\n';
  for (const bytes of [Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()]) {
    const imported = await importOf('wide.csv', bytes);
    expect(imported.answers).toEqual(['はい、そうです　日本語で答えます。', 'もう一つの答えです　どうぞ。']);
  }
});

it('reads a gzip file of a few bytes', async () => {
  expect((await importOf('tiny.jsonl.gz', gzipSync('{"text":"Hi there"}\n'))).answers).toEqual(['Hi there']);
});

it('says that the header of a joined file was left out', async () => {
  const file = bench.file('joined.csv', '\ufeffprompt,completion\nFirst one?,The first.\n\ufeffprompt,completion\nSecond one?,The second.\n');
  expect((await bench.prepare(file)).issueCounts).toEqual({ byte_order_mark: 1, csv_header_again: 1 });
});

it('loses only the record of a quote that the quote of a later line seems to close', async () => {
  const file = bench.file('quote.csv', 'prompt,completion\n"open question,second answer\n"third question","third answer"\n"two\nlines","fourth answer"\n');
  const result = await bench.prepare(file);
  expect(answers(bench.rows(result))).toEqual(['third answer', 'fourth answer']);
  expect(result.issues.filter((issue) => issue.severity === 'error').map((issue) => issue.line)).toEqual([2]);
});

it('names the first mistake of a file without a readable row', async () => {
  const file = bench.file('python.json', "[\n  {'prompt': 'A?', 'completion': 'B.'},\n  {'prompt': 'C?', 'completion': 'D.'}\n]\n");
  await expect(bench.prepare(file)).rejects.toMatchObject({ code: 'file_unreadable', message: expect.stringContaining('line 2'), hint: expect.stringContaining('double quotes') });
});

it('keeps leading zeros and reports an index column', async () => {
  const file = bench.file('zeros.csv', 'Unnamed: 0,prompt,completion\n0,Which postcode is that?,01067\n1,And which is this one?,00501\n');
  const result = await bench.prepare(file);
  expect(answers(bench.rows(result))).toEqual(['01067', '00501']);
  expect(result.issueCounts).toHaveProperty('column_index');
});

it('counts a CSV record by the line it starts in', async () => {
  const imported = await importOf('multi.csv', 'prompt,completion\n"two\nlines here","an answer"\nplain question,"with ""quotes"" in\r\nit"\n');
  expect(imported.lines).toEqual([2, 4]);
  expect(imported.answers).toEqual(['an answer', 'with "quotes" in\r\nit']);
});

it('loses only the record of a quote that is never closed', async () => {
  const file = bench.file('quote.csv', 'prompt,completion\nfirst question,first answer\n"open question,second answer\nthird question,third answer\n');
  const result = await bench.prepare(file);
  expect(answers(bench.rows(result))).toEqual(['first answer', 'third answer']);
  expect(result.issues.filter((issue) => issue.severity === 'error').map((issue) => issue.line)).toEqual([3]);
});

it('reports a record with too many fields and goes on', async () => {
  const file = bench.file('fields.csv', 'prompt,completion\nfirst question,first, answer\nsecond question,second answer\n');
  const result = await bench.prepare(file);
  expect(answers(bench.rows(result))).toEqual(['second answer']);
  expect(result.rows).toMatchObject({ read: 2, kept: 1, invalid: 1 });
});

it('imports folders and several files in a stable order, without companions and hidden files', async () => {
  bench.file('folder/b.jsonl', jsonLines(pairs.slice(1, 2)));
  bench.file('folder/deep/c.jsonl', jsonLines(pairs.slice(2)));
  bench.file('folder/a.jsonl', jsonLines(pairs.slice(0, 1)));
  bench.file('folder/._a.jsonl', Buffer.from([0, 5, 22, 7, 0, 2, 0, 0]));
  bench.file('folder/.hidden.jsonl', 'junk');
  bench.file('folder/README.md', '# Readme');
  const result = await bench.prepare('folder', { name: 'folder' });
  expect(answers(bench.rows(result))).toEqual(expected);
  expect(result.issueCounts).toEqual({ companion_skipped: 1, file_skipped: 1 });
});

describe('files without data are refused with the reason', () => {
  const cases: [string, string, string | Uint8Array, string][] = [
    ['an empty file', 'a.jsonl', '', 'file_empty'],
    ['white space', 'a.jsonl', ' \n\n', 'file_empty'],
    ['a Git LFS pointer', 'a.jsonl', 'version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12\n', 'git_lfs_pointer'],
    ['an AppleDouble file', '._a.jsonl', Buffer.from([0, 5, 22, 7, 0, 2, 0, 0, 0, 0]), 'apple_double'],
    ['binary junk', 'a.jsonl', Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 7) % 32)), 'file_binary'],
    ['nothing that is JSON', 'a.jsonl', 'hello\nworld\n', 'file_unreadable'],
  ];
  it.each(cases)('%s', async (_name, file, content, code) => {
    await expect(bench.prepare(bench.file(file, content))).rejects.toMatchObject({ code, kind: 'usage' });
  });
});

it('reads what a cut gzip file still holds', async () => {
  const many = jsonLines(Array.from({ length: 5000 }, (_, index) => ({ prompt: `Question number ${String(index)}?`, completion: `Answer ${String(index * 7919)}.` })));
  const whole = gzipSync(many);
  const result = await bench.prepare(bench.file('cut.jsonl.gz', whole.subarray(0, Math.floor(whole.length * 0.7))));
  expect(result.issueCounts).toHaveProperty('gzip_damaged', 1);
  expect(result.rows.kept).toBeGreaterThan(1000);
});

it('keeps exact line numbers across chunks of input', async () => {
  const filler = 'x'.repeat(300);
  const rows = Array.from({ length: 9000 }, (_, index) => (index % 1000 === 500 ? '{"bad": ' : JSON.stringify({ prompt: `Question ${String(index)} ${filler}`, completion: `Answer ${String(index)}` })));
  const result = await bench.prepare(bench.file('long.jsonl', rows.join('\n')), { plan: true });
  const wrong = result.issues.filter((issue) => issue.severity === 'error').map((issue) => issue.line);
  expect(wrong).toEqual([501, 1501, 2501, 3501, 4501, 5501, 6501, 7501, 8501]);
  expect(result.keptLines?.[0]?.lines).toEqual(rows.map((_, index) => index + 1).filter((line) => (line - 1) % 1000 !== 500));
});

it('survives a row of 40 MB and nesting of 10,000', async () => {
  const deep = `{"prompt":"How deep?","completion":"Deep.","extra":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
  const huge = JSON.stringify({ prompt: 'A very long story?', completion: 'word '.repeat(8_000_000) });
  const file = bench.file('huge.jsonl', [JSON.stringify(pairs[0]), deep, huge, JSON.stringify(pairs[1])].join('\n'));
  const result = await bench.prepare(file, { plan: true });
  expect(result.keptLines?.[0]?.lines).toEqual(expect.arrayContaining([1, 3, 4]));
  expect(result.rows.read).toBe(4);
});

it('keeps __proto__, NaN, duplicate keys and lone surrogates from doing harm', async () => {
  const file = bench.file('odd.jsonl', [
    '{"prompt":"First question?","completion":"First answer.","__proto__":{"polluted":true}}',
    '{"prompt":"Second question?","completion":"Second answer.","score":NaN}',
    '{"prompt":"Third question?","prompt":"Fourth question?","completion":"Fourth answer."}',
    '{"prompt":"Fifth \\ud800 question?","completion":"Fifth answer."}',
  ].join('\n'));
  const result = await bench.prepare(file);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  expect(result.issueCounts).toMatchObject({ json_not_finite: 1, json_duplicate_key: 1, json_lone_surrogate: 1 });
  expect(result.rows).toMatchObject({ read: 4, invalid: 1, kept: 3 });
});

it('reports bytes that are not UTF-8 with their line', async () => {
  const good = Buffer.from(jsonLines([{ prompt: 'Grüße aus Köln und Zürich?', completion: 'Schöne Grüße zurück, ähm.' }]));
  const bad = Buffer.from('{"prompt":"Broken \xff byte?","completion":"Still an answer."}\n', 'latin1');
  const result = await bench.prepare(bench.file('mixed.jsonl', Buffer.concat([good, bad])));
  expect(result.issues.find((issue) => issue.code === 'invalid_utf8')?.line).toBe(2);
  expect(result.rows.kept).toBe(2);
});
