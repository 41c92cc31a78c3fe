import { expect, it } from 'vitest';
import { segmentsOf } from '../../../webviews/shared/segments.ts';

const marks = (text: string) => segmentsOf(text).flatMap((segment) => (segment.kind === 'mark' ? [segment.text] : []));

it.each([
  ['plain text\n\twith a tab', []],
  ['a\u202eb\u202c', ['U+202E', 'U+202C']],
  ['\u001b[31mred', ['U+001B']],
  ['zero\u200bwidth', ['U+200B']],
  ['half \ud83d', ['U+D83D']],
  ['tag \u{e0041}', ['U+E0041']],
  ['line\r\nend', ['U+000D']],
  ['a family 👨‍👩‍👧 is one picture', []],
  ['a joiner a\u200db', ['U+200D']],
  ['emoji 😀', []],
])('%j shows %j', (text, expected) => {
  expect(marks(text)).toEqual(expected);
});

it('loses nothing of what can be seen', () => {
  expect(segmentsOf('a\u0000b').map(({ text }) => text).join('|')).toBe('a|U+0000|b');
});
