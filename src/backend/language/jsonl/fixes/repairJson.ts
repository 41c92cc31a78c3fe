/**
 * Rewrites what Python or JavaScript printed, or what a hand left behind, as JSON: commas before a closing bracket, single
 * quotes, True, False, None, NaN and Infinity (null), raw control characters and escapes that JSON does not know. All else
 * stays byte for byte. Null where a text is never closed: then nobody can say what was meant.
 */
export function repairJson(text: string): string | null {
  let out = '';
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"' || character === "'") {
      const end = closing(text, at);
      if (end < 0) return null;
      out += `"${body(text.slice(at + 1, end), character)}"`;
      at = end + 1;
    } else if (character === ',' && trailing.test(text.slice(at + 1, at + 1 + longestGap))) {
      at += 1;
    } else {
      word.lastIndex = at;
      const found = word.exec(text)?.[0];
      out += found === undefined ? character : (literals.get(found) ?? found);
      at += found?.length ?? 1;
    }
  }
  return out;
}

/** Where the text that begins at `start` is closed; -1 where it never is. */
function closing(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === quote) return at;
  }
  return -1;
}

function body(source: string, quote: string): string {
  return source.replace(/\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])|["\u0000-\u001f]/g, (found) => {
    if (found === '"') return '\\"';
    if (found.length === 1) return escaped(found);
    if (/^\\(u[0-9a-fA-F]{4}|["\\/bfnrt])$/.test(found)) return found;
    if (found.startsWith('\\x') && found.length === 4) return `\\u00${found.slice(2)}`;
    if (found === "\\'") return quote === "'" ? "'" : "\\\\'";
    return `\\\\${found.slice(1).replace(/[\u0000-\u001f]/g, escaped)}`;
  });
}

function escaped(character: string): string {
  return JSON.stringify(character).slice(1, -1);
}

const longestGap = 64;
const trailing = /^\s*[\]}]/;
const word = /-?[A-Za-z_]\w*/y;
const literals = new Map([
  ['True', 'true'], ['False', 'false'], ['None', 'null'], ['undefined', 'null'],
  ...['NaN', 'nan', '-NaN', '-nan', 'Infinity', '-Infinity', 'inf', '-inf'].map((name): [string, string] => [name, 'null']),
]);
