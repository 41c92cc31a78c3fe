import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/common/canonicalJson.ts';
import { suggest } from '../../../src/common/suggest.ts';

const keys = ['learningRate', 'lora.rank', 'lora.alpha', 'epochs', 'maxSteps'];

describe('a suggestion', () => {
  test.each([
    ['learningrate', 'learningRate'],
    ['learning_rate', 'learningRate'],
    ['rank', 'lora.rank'],
    ['lora.rnak', 'lora.rank'],
    ['epoch', 'epochs'],
    ['temperature', null],
    ['', null],
    ['lots of x, which is no key at all', null],
  ])('for %j', (typed, wanted) => {
    expect(suggest(typed, keys)).toBe(wanted);
  });

  test('for a very long text is none', () => {
    expect(suggest('x'.repeat(100_000), keys)).toBeNull();
  });
});

describe('canonical JSON', () => {
  test('does not depend on the order of keys', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
    expect(canonicalJson({ a: null, b: [{ c: 2, d: 1 }] })).toBe(canonicalJson({ b: [{ d: 1, c: 2 }], a: null }));
  });

  test('keeps the order of lists', () => {
    expect(canonicalJson([2, 1])).toBe('[2,1]');
  });
});
