import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { asJsonLines, triageRows } from '../../demo/triageDataset.ts';
import { components, platforms, severities } from '../../demo/triagePhrases.ts';

const folder = path.join(import.meta.dirname, '..', '..', '..', 'CodeAgents', 'datasets', 'triage');
const rows = triageRows();
const reports = (split: 'train' | 'validation' | 'test') => rows[split].map((row) => row.messages[1]!.content.toLowerCase());

test.each(['train', 'validation', 'test'] as const)('the committed %s rows are what the generator makes', (split) => {
  expect(asJsonLines(rows[split])).toBe(readFileSync(path.join(folder, `${split}.jsonl`), 'utf8'));
});

test('no wording of a test row is in a training or validation row', () => {
  const seen = [...reports('train'), ...reports('validation')].join('\n');
  const wordings = [components, severities, platforms].flatMap((table) => Object.values(table).flatMap((wording) => wording.test));
  expect(wordings.filter((wording) => wording !== '' && seen.includes(wording.toLowerCase()))).toEqual([]);
});

test('each test row is worded with test phrases only', () => {
  const training = [components, severities, platforms].flatMap((table) => Object.values(table).flatMap((wording) => wording.train));
  const phrases = [components, severities].map((table) => Object.values(table).flatMap((wording) => wording.test.map((phrase) => phrase.toLowerCase())));
  expect(training.length).toBeGreaterThan(100);
  for (const report of reports('test')) expect(phrases.every((list) => list.some((phrase) => report.includes(phrase)))).toBe(true);
});

test('every report is there once', () => {
  const all = [...reports('train'), ...reports('validation'), ...reports('test')];
  expect(new Set(all).size).toBe(all.length);
});
