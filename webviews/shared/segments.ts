export type Segment = { kind: 'text'; text: string } | { kind: 'mark'; text: string; title: string };

/**
 * Control characters but line break and tab; what Unicode calls format characters (zero-width, bidirectional, byte order
 * mark, tags), line and paragraph separators, halves of surrogate pairs; and fillers that are letters by name only.
 */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|\u115f|\u1160|\u17b4|\u17b5|\u3164|\uffa0/gu;
const shown: ReadonlySet<string> = new Set(['\n', '\t']);

const names: Readonly<Record<number, string>> = {
  0x00: 'null', 0x07: 'bell', 0x08: 'backspace', 0x0d: 'carriage return', 0x1b: 'escape', 0x7f: 'delete', 0xad: 'soft hyphen',
  0x200b: 'zero-width space', 0x200c: 'zero-width non-joiner', 0x200d: 'zero-width joiner', 0x200e: 'left-to-right mark', 0x200f: 'right-to-left mark',
  0x2028: 'line separator', 0x2029: 'paragraph separator', 0x202a: 'left-to-right embedding', 0x202b: 'right-to-left embedding', 0x202c: 'pop directional formatting',
  0x202d: 'left-to-right override', 0x202e: 'right-to-left override', 0x2060: 'word joiner', 0x2066: 'left-to-right isolate', 0x2067: 'right-to-left isolate',
  0x2068: 'first strong isolate', 0x2069: 'pop directional isolate', 0xfeff: 'byte order mark',
};

/** Divides a text into what can be seen and what can't. */
export function segmentsOf(text: string): Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  for (const match of text.matchAll(hidden)) {
    if (shown.has(match[0]) || isWithinEmoji(text, match.index, match[0])) continue;
    if (match.index > end) segments.push({ kind: 'text', text: text.slice(end, match.index) });
    const code = match[0].codePointAt(0) ?? 0;
    const hex = code.toString(16).toUpperCase().padStart(4, '0');
    const name = code >= 0xd800 && code <= 0xdfff ? 'half of a surrogate pair' : (names[code] ?? 'invisible character');
    segments.push({ kind: 'mark', text: `U+${hex}`, title: `U+${hex}, ${name}` });
    end = match.index + match[0].length;
  }
  if (end < text.length) segments.push({ kind: 'text', text: text.slice(end) });
  return segments;
}

/** A joiner between pictures is how a family or a profession is written. */
function isWithinEmoji(text: string, at: number, character: string): boolean {
  return character === '\u200d' && /(\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)$/u.test(text.slice(Math.max(0, at - 2), at)) && /^\p{Extended_Pictographic}/u.test(text.slice(at + 1, at + 3));
}
