import { expect, test } from 'vitest';
import { plainText } from '../../../src/common/plainText.ts';

test.each([
  ['a colour escape', '\u001b[31mred', '\\u001b[31mred'],
  ['a title escape', '\u001b]0;owned\u0007', '\\u001b]0;owned\\u0007'],
  ['a C1 control', 'a\u009b31m', 'a\\u009b31m'],
  ['a right-to-left override', 'a\u202egpj.exe', 'a\\u202egpj.exe'],
  ['a newline', 'one\ntwo', 'one\\ntwo'],
])('makes %s visible', (_name, text, expected) => {
  expect(plainText(text)).toBe(expected);
});

test('keeps newlines and tabs where the caller asks', () => {
  expect(plainText('a\n\tb\r', { keepNewlines: true })).toBe('a\n\tb\\r');
});

test('keeps ordinary text of any script', () => {
  expect(plainText('Zürich 你好 😀')).toBe('Zürich 你好 😀');
});
