/** A pattern for Python's `re` and for JavaScript's `RegExp` with the flag u, with the same meaning in both. */
export interface PortablePattern {
  source: string;
  ignoresCase: boolean;
}

/**
 * An RE2 pattern in the words that Python and JavaScript have in common, so that it finds there what RE2 finds: `$` is
 * the very end, `.` anything but a line feed, `\d`, `\w`, `\s` and `\b` know ASCII. Null for what one of them lacks, such
 * as classes of Unicode's properties or flags within a pattern. The pattern is one that RE2 takes.
 */
export function portablePattern(pattern: string): PortablePattern | null {
  const [leading = '', flags = ''] = /^\(\?([ims]+)\)/.exec(pattern) ?? [];
  const reader = new Reader(pattern.slice(leading.length), flags);
  const source = reader.read();
  return source === null ? null : { source, ignoresCase: flags.includes('i') };
}

const anything = '[\\s\\S]';
const classes: Readonly<Record<string, string>> = { d: '0-9', w: 'A-Za-z0-9_', s: '\\t\\n\\f\\r ' };
const controls: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\u0007' };
const wordEdge = `(?:(?<=[${classes['w'] ?? ''}])(?![${classes['w'] ?? ''}])|(?<![${classes['w'] ?? ''}])(?=[${classes['w'] ?? ''}]))`;
const noWordEdge = `(?:(?<=[${classes['w'] ?? ''}])(?=[${classes['w'] ?? ''}])|(?<![${classes['w'] ?? ''}])(?![${classes['w'] ?? ''}]))`;

class Reader {
  readonly #characters: readonly string[];
  readonly #flags: string;
  #at = 0;

  constructor(pattern: string, flags: string) {
    this.#characters = Array.from(pattern);
    this.#flags = flags;
  }

  read(): string | null {
    let source = '';
    while (this.#at < this.#characters.length) {
      const part = this.#part();
      if (part === null) return null;
      source += part;
    }
    return source;
  }

  get #rest(): string {
    return this.#characters.slice(this.#at).join('');
  }

  #take(count = 1): string {
    const taken = this.#characters.slice(this.#at, this.#at + count).join('');
    this.#at += count;
    return taken;
  }

  #part(): string | null {
    const isByLine = this.#flags.includes('m');
    const [group] = /^\((?:\?:|\?P?<[A-Za-z_]\w*>)?(?!\?)/.exec(this.#rest) ?? [];
    if (group !== undefined) {
      this.#take(group.length);
      return group === '(?:' ? group : '(';
    }
    const [repeat] = /^\{\d+(?:,\d*)?\}/.exec(this.#rest) ?? [];
    if (repeat !== undefined) return this.#take(repeat.length);
    const character = this.#take();
    switch (character) {
      case '(':
        return null;
      case '[':
        return this.#class();
      case '\\':
        return this.#escape();
      case '.':
        return this.#flags.includes('s') ? anything : '[^\\n]';
      case '^':
        return isByLine ? '(?<![^\\n])' : `(?<!${anything})`;
      case '$':
        return isByLine ? '(?![^\\n])' : `(?!${anything})`;
      case '*':
      case '+':
      case '?':
      case '|':
      case ')':
        return character;
      default:
        return literalOf(character);
    }
  }

  #escape(): string | null {
    const [kind = ''] = this.#rest;
    const known = classes[kind.toLowerCase()];
    if (known !== undefined) return `[${/[A-Z]/.test(this.#take()) ? '^' : ''}${known}]`;
    const edges: Readonly<Record<string, string>> = { b: wordEdge, B: noWordEdge, A: `(?<!${anything})`, z: `(?!${anything})` };
    const edge = edges[kind];
    if (edge !== undefined) {
      this.#take();
      return edge;
    }
    const character = this.#escaped();
    return character === null ? null : literalOf(character);
  }

  /** The character that an escape stands for; null where it stands for something else. */
  #escaped(): string | null {
    const [whole, short, long] = /^x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/.exec(this.#rest) ?? [];
    if (whole !== undefined) {
      this.#take(whole.length);
      return String.fromCodePoint(Number.parseInt(short ?? long ?? '0', 16));
    }
    const character = this.#take();
    if (/[A-Za-z0-9]/.test(character)) return controls[character] ?? null;
    return character;
  }

  #class(): string | null {
    let source = '[';
    if (this.#rest.startsWith('^')) source += this.#take();
    for (let isFirst = true; isFirst || !this.#rest.startsWith(']'); isFirst = false) {
      if (this.#at >= this.#characters.length || this.#rest.startsWith('[:')) return null;
      const item = this.#classItem();
      if (item === null) return null;
      source += item.text;
      if (!item.isCharacter || !/^-[^\]]/u.test(this.#rest)) continue;
      this.#take();
      const end = this.#classItem();
      if (end === null || !end.isCharacter) return null;
      source += `-${end.text}`;
    }
    this.#take();
    return `${source}]`;
  }

  #classItem(): { text: string; isCharacter: boolean } | null {
    const character = this.#take();
    if (character !== '\\') return { text: literalOf(character), isCharacter: true };
    const [kind = ''] = this.#rest;
    const known = classes[kind];
    if (known !== undefined) {
      this.#take();
      return { text: known, isCharacter: false };
    }
    const escaped = this.#escaped();
    return escaped === null ? null : { text: literalOf(escaped), isCharacter: true };
  }
}

/** A character that means itself, within a class and outside of one. */
function literalOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0x7e || /[A-Za-z0-9_]/.test(character) ? character : `\\x${code.toString(16).padStart(2, '0')}`;
}
