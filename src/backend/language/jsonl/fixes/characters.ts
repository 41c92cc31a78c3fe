/** A line without some characters, raw or written as escapes. Everything else stays as it was written. */
export function withoutCharacters(line: string, isUnwanted: (character: string) => boolean): string {
  return line.replace(pieces, (piece) => {
    const character = piece.startsWith('\\') ? meaningOf(piece) : piece;
    return character !== null && isUnwanted(character) ? '' : piece;
  });
}

/** The character that an escape stands for; null where it is one that nobody removes. */
function meaningOf(escape: string): string | null {
  if (escape === '\\b') return '\b';
  return escape.startsWith('\\u') ? String(JSON.parse(`"${escape}"`)) : null;
}

const pieces = /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[\s\S]|[\u{10000}-\u{10ffff}]|[^\u0020-\u007e\\]/gu;
