/**
 * Text from outside, made safe for a terminal and for one line of output: control characters (C0, C1, DEL), ANSI
 * escapes with them, and bidirectional overrides become visible escapes. Newlines and tabs too unless kept.
 */
export function plainText(text: string, options: { keepNewlines?: boolean } = {}): string {
  const pattern = options.keepNewlines === true ? controlButNewline : control;
  return text.replace(pattern, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '\t') return options.keepNewlines === true ? '\t' : ' ';
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

const control = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const controlButNewline = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
