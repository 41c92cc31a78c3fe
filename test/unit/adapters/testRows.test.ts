import { expect, test } from 'vitest';
import { spread, testCase } from '../../../src/backend/adapters/proof/testRows.ts';

test('cuts a chat before its last trained answer', () => {
  const row = {
    kind: 'chat' as const,
    messages: [
      { role: 'user' as const, content: 'a' },
      { role: 'assistant' as const, content: 'b' },
      { role: 'user' as const, content: 'c' },
      { role: 'assistant' as const, content: 'd' },
      { role: 'assistant' as const, content: 'not trained', weight: 0 },
    ],
  };
  expect(testCase(row)).toMatchObject({ expected: 'd', messages: row.messages.slice(0, 3) });
});

test('takes the chosen answer of a preference', () => {
  const row = { kind: 'preference' as const, messages: [{ role: 'user' as const, content: 'a' }], chosen: [{ role: 'assistant' as const, content: 'b' }], rejected: [{ role: 'assistant' as const, content: 'c' }] };
  expect(testCase(row)?.expected).toBe('b');
});

test('plain text asks nothing', () => {
  expect(testCase({ kind: 'text', text: 'a' })).toBeNull();
});

test('spreads a choice evenly and the same way each time', () => {
  const items = Array.from({ length: 10 }, (_, index) => index);
  expect(spread(items, 3)).toEqual([1, 5, 8]);
  expect(spread(items, 20)).toEqual(items);
});
