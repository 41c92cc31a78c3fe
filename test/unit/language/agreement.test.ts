import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkText } from '../../../src/backend/language/jsonl/datasetCheck.ts';
import type { PrepareResult } from '../../../src/protocol/datasets.ts';
import { DatasetBench } from '../../support/datasets.ts';
import { brokenLines } from '../../support/brokenLines.ts';

// The editor and `training prepare --plan` must say the same of the same file.

const fixtures = path.resolve(import.meta.dirname, '..', '..', 'fixtures', 'datasets');
const bench = new DatasetBench();
afterAll(() => bench.dispose());

interface Said {
  line: number;
  code: string;
  severity: string;
  column: number | null;
  path: string | null;
  message: string;
}

async function prepared(text: string): Promise<{ said: Said[]; result: PrepareResult }> {
  const result = await bench.prepare(bench.file('rows.jsonl', text), { plan: true, maxIssues: 1_000_000 });
  const said = result.issues.flatMap(({ line, code, severity, column, path: place, message }) => (line === null ? [] : [{ line, code, severity, column, path: place, message }]));
  return { said, result };
}

function edited(text: string): { said: Said[]; duplicates: number; format: string } {
  const { check } = checkText(text);
  const found = check.found.filter(({ issue }) => issue.code !== 'row_duplicate');
  return {
    said: found.map(({ line, issue: { code, severity, column, path: place, message } }) => ({ line: line + 1, code, severity, column, path: place, message })),
    duplicates: check.found.length - found.length,
    format: check.reading?.kind === 'rows' ? check.reading.format : 'none',
  };
}

async function compare(text: string): Promise<number> {
  const { said, result } = await prepared(text);
  const editor = edited(text);
  expect(editor.said).toEqual(said);
  expect(editor.duplicates).toBe(result.rows.duplicates);
  expect(editor.format).toBe(result.format);
  return said.length;
}

describe('the editor says what prepare says', () => {
  test.each(readdirSync(fixtures).filter((name) => name.endsWith('.jsonl')))('of %s', async (name) => {
    await compare(readFileSync(path.join(fixtures, name), 'utf8'));
  });

  test.each([1, 2, 3])('of lines broken at random (seed %i)', async (seed) => {
    expect(await compare(brokenLines({ seed, rows: 1000 }))).toBeGreaterThan(50);
  });
});
