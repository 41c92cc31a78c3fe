import { expect, test } from 'vitest';
import { makeWordPiece } from '../../../src/backend/inference/host/wordPiece.ts';

const pieces = ['[UNK]', '[CLS]', '▁un', 'aff', 'able', 'a', '▁cafe', '▁[', '▁cl', 's', '▁]', '▁中', '▁文', '▁σ', 'σ', '▁ᄒ', 'ᅡ', '▁$', '▁5', '▁क', 'ा', '▁b'];
const tokens = (text: string) => makeWordPiece(pieces, 0)(text).map((number) => pieces[number]);

test.each([
  ['takes the longest pieces from the left', 'unaffable', ['▁un', 'aff', 'able']],
  ['knows no capitals and no accents', ' CAFÉ\tcafe\u0301 ', ['▁cafe', '▁cafe']],
  ['makes a word unknown as a whole', 'unaffzle un', ['[UNK]', '▁un']],
  ['takes punctuation and marks of ASCII as words', '$5', ['▁$', '▁5']],
  ['keeps a control token that a text spells out as text', '[CLS]', ['▁[', '▁cl', 's', '▁]']],
  ['takes each Chinese sign as a word', '中文', ['▁中', '▁文']],
  ['writes a last sigma like any other', 'ΣΣ', ['▁σ', 'σ']],
  ['takes all of a Korean syllable apart', '하', ['▁ᄒ', 'ᅡ']],
  ['keeps vowel signs that take room', 'का', ['▁क', 'ा']],
  ['passes over what can’t be seen', 'u\u200bn\u0000 b\u000b', ['▁un', '▁b']],
  ['takes space of any width as space', 'un\u00a0un\u3000un', ['▁un', '▁un', '▁un']],
  ['gives up words of more than a hundred signs', `un${'a'.repeat(99)} un${'a'.repeat(98)}`, ['[UNK]', '▁un', ...Array<string>(98).fill('a')]],
  ['finds nothing in space', ' \n ', []],
])('%s', (_name, text, expected) => {
  expect(tokens(text)).toEqual(expected);
});
