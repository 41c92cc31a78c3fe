import { describe, expect, test } from 'vitest';
import { DatasetCheck, checkText } from '../../../src/backend/language/jsonl/datasetCheck.ts';
import { mostDiagnostics } from '../../../src/backend/language/jsonl/diagnostics.ts';
import { LineDocument } from '../../../src/backend/language/jsonl/lineDocument.ts';
import { plantedDefects } from '../../support/plantedDefects.ts';

const { text, lines } = plantedDefects(5000);

function checked(): DatasetCheck {
  const check = new DatasetCheck(new LineDocument('file:///a.jsonl', 1, text), (code) => code);
  check.finish();
  return check;
}

describe('a long file', () => {
  test('has each planted defect at its line', () => {
    expect(checkText(text).diagnostics.map(({ range }) => range.start.line)).toEqual(lines);
  });

  test('keeps the results of the lines that an edit does not touch', () => {
    const check = checked();
    const before = [...check.document.results];
    check.change([{ range: { start: { line: 4000, character: 3 }, end: { line: 4000, character: 4 } }, text: 'x\ny' }], 2);
    expect(check.document.results.filter((result) => result === undefined)).toHaveLength(2);
    check.finish();
    expect(check.document.results[3999]).toBe(before[3999]);
    expect(check.document.results[4002]).toBe(before[4001]);
    expect(check.document.results).toHaveLength(before.length + 1);
  });

  test('keeps them where a whole region is replaced by nearly the same', () => {
    const check = checked();
    const region = check.document.lines.slice(1000, 2000);
    region[500] = '{}';
    check.change([{ range: { start: { line: 1000, character: 0 }, end: { line: 2000, character: 0 } }, text: `${region.join('\n')}\n` }], 2);
    expect(check.document.results.filter((result) => result === undefined)).toHaveLength(1);
  });

  test('checks what is visible first', () => {
    const check = new DatasetCheck(new LineDocument('file:///a.jsonl', 1, text), (code) => code);
    check.show([{ from: 4040, to: 4060 }]);
    const work = check.work(() => false);
    for (let step = 0; step < 25; step += 1) work.next();
    expect(check.document.results[4057]?.issues).toHaveLength(1);
    expect(check.document.results[100]).toBeUndefined();
  });

  test('that becomes another format is read anew', () => {
    const check = checked();
    check.change([{ text: '{"prompt":"a","completion":"b"}\n{"prompt":"c"}' }], 2);
    check.finish();
    expect(check.reading).toMatchObject({ kind: 'rows', format: 'prompt_completion' });
    expect(check.found.map(({ line, issue }) => [line, issue.code])).toEqual([[1, 'row_shape']]);
  });
});

describe('more problems than an editor shows', () => {
  const many = `${'{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n'.repeat(1500)}${'{"broken"\n'.repeat(700)}`;

  test('come errors first, with one that counts the others', () => {
    const { diagnostics } = checkText(many);
    expect(diagnostics).toHaveLength(mostDiagnostics);
    expect(diagnostics.filter(({ severity }) => severity === 1)).toHaveLength(700);
    expect(diagnostics.at(-1)).toMatchObject({ code: 'issues_left_out', severity: 3 });
    expect(diagnostics.at(-1)?.message).toContain('1200 more problems');
  });
});

describe('what is not read line by line', () => {
  test.each([
    ['a document over several lines', '[\n  {"prompt": "a"}\n]', 'file_one_document'],
    ['a file of 21 million characters', `${'x'.repeat(1000)}\n`.repeat(21_000), 'file_large'],
    ['a file that is no JSON at all', 'plain\ntext\n', 'file_unreadable'],
  ])('%s gets one hint', (_title, content, code) => {
    const { diagnostics } = checkText(content);
    expect(diagnostics[0]?.code).toBe(code);
    expect(diagnostics.filter(({ severity }) => severity === 4)).toHaveLength(1);
    expect(diagnostics.length).toBeLessThan(3);
  });

  test('an empty file gets nothing', () => {
    expect(checkText('\n\n').diagnostics).toEqual([]);
  });
});
