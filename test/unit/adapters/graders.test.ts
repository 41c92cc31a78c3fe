import { expect, test } from 'vitest';
import { grade } from '../../../src/backend/adapters/graders/grader.ts';
import { gradePreference } from '../../../src/backend/adapters/graders/preference.ts';

const cases: [string, string, number][] = [
  ['Paris', 'Paris', 1],
  [' Paris\n', 'Paris', 1],
  ['a  b', 'a\tb', 1],
  ['e\u0301', '\u00e9', 1],
  ['paris', 'Paris', 0],
  ['Paris.', 'Paris', 0],
];

test.each(cases)('exact: %j against %j scores %d', (answer, expected, score) => {
  expect(grade('exact', { answer, expected, pattern: null })).toEqual({ score, measures: { exact: score } });
});

const json: [string, string, { valid: number; exact: number; fields: number }][] = [
  ['{"a":1,"b":2}', '{"b":2,"a":1}', { valid: 1, exact: 1, fields: 1 }],
  ['{"a":1,"b":3}', '{"a":1,"b":2}', { valid: 1, exact: 0, fields: 0.5 }],
  ['{"a":1}', '{"a":1,"b":2}', { valid: 1, exact: 0, fields: 0.5 }],
  ['{"a":1,"b":2,"c":3,"d":4}', '{"a":1,"b":2}', { valid: 1, exact: 0, fields: 0.5 }],
  ['{"a":null}', '{"b":null}', { valid: 1, exact: 0, fields: 0 }],
  ['{"__proto__":1}', '{"a":1}', { valid: 1, exact: 0, fields: 0 }],
  ['The answer is {"a":1}', '{"a":1}', { valid: 0, exact: 0, fields: 0 }],
  ['[1,2]', '[1,2]', { valid: 1, exact: 1, fields: 1 }],
  ['[2,1]', '[1,2]', { valid: 1, exact: 0, fields: 0 }],
];

test.each(json)('json-fields: %s against %s', (answer, expected, measures) => {
  expect(grade('json-fields', { answer, expected, pattern: null })).toEqual({ score: measures.fields, measures });
});

test('regex takes the pattern that the row brings along', () => {
  expect(grade('regex', { answer: 'v3.2.1', expected: 'anything', pattern: '^v\\d' })?.score).toBe(1);
});

test('regex takes the expected answer as the pattern where the row has none', () => {
  expect(grade('regex', { answer: 'v3.2.1', expected: '^x', pattern: null })?.score).toBe(0);
});

test('a pattern that backtracks for ever counts as no match', () => {
  expect(grade('regex', { answer: `${'a'.repeat(60)}!`, expected: '^(a+)+$', pattern: null })?.score).toBe(0);
});

test('a pattern that is none is refused', () => {
  expect(() => grade('regex', { answer: 'a', expected: '(', pattern: null })).toThrow(/not a regular expression/);
});

test('without a grader there is no grade', () => {
  expect(grade('none', { answer: 'a', expected: 'a', pattern: null })).toBeNull();
});

test('preference compares the answers with each other, and says nothing of what is not finite', () => {
  expect(gradePreference({ chosen: -1, rejected: -2 })).toEqual({ score: 1, measures: { chosenLogProb: -1, rejectedLogProb: -2 } });
  expect(gradePreference({ chosen: -2, rejected: -2 })?.score).toBe(0);
  expect(gradePreference({ chosen: null, rejected: -2 })).toBeNull();
});
