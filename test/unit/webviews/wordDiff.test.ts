import { describe, expect, it } from 'vitest';
import { wordDiff } from '../../../webviews/shared/wordDiff.ts';

describe('differences by words', () => {
  it('names the words that differ and nothing else', () => {
    expect(wordDiff('It comes on Tuesday, I think.', 'It comes on Wednesday, I think.')).toEqual([
      { kind: 'same', text: 'It comes on ' },
      { kind: 'left', text: 'Tuesday' },
      { kind: 'right', text: 'Wednesday' },
      { kind: 'same', text: ', I think.' },
    ]);
  });

  it.each([
    ['', ''],
    ['', 'new'],
    ['a b c d', 'b c x d e'],
    ['  white\n space ', 'white space'],
    ['日本語 text 😀', '日本 text 😁'],
  ])('of %j and %j give both back', (left, right) => {
    const parts = wordDiff(left, right);
    const side = (kind: string) => parts.filter((part) => part.kind === 'same' || part.kind === kind).map(({ text }) => text).join('');
    expect([side('left'), side('right')]).toEqual([left, right]);
  });

  it('of texts that are too long to compare show the middle as changed', () => {
    const words = (seed: number) => Array.from({ length: 3000 }, (_, at) => `w${String((at * seed) % 7919)}`).join(' ');
    expect(wordDiff(`same ${words(3)}`, `same ${words(5)}`).map(({ kind }) => kind)).toEqual(['same', 'left', 'right']);
  });
});
