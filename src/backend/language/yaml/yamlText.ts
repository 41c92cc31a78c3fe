import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { Range } from 'vscode-languageserver/node';

export type Path = (string | number)[];

/** What stands at a place: the path to it, and whether it is the key or the value that is pointed at. */
export interface Pointed {
  path: Path;
  on: 'key' | 'value';
  range: Range;
  value: unknown;
}

/** A text in YAML (or JSON, which is YAML) that knows where its keys and values stand. */
export class YamlText {
  readonly text: string;
  readonly value: unknown;
  readonly errors: readonly { message: string; range: Range }[];
  readonly #document: Document;
  readonly #counter = new LineCounter();

  constructor(text: string) {
    this.text = text;
    this.#document = parseDocument(text, { lineCounter: this.#counter, prettyErrors: false, uniqueKeys: true, logLevel: 'error' });
    this.errors = this.#document.errors.map(({ message, pos }) => ({ message: message.split('\n')[0] ?? message, range: this.#range(pos[0], Math.max(pos[1], pos[0] + 1)) }));
    this.value = this.errors.length === 0 ? this.#toJs() : undefined;
  }

  /** Where a key stands; its nearest parent's where it is absent, and the first line where there is none. */
  keyRange(path: readonly PropertyKey[]): Range {
    for (let length = path.length; length > 0; length -= 1) {
      const found = this.#find(path.slice(0, length));
      if (found?.key !== undefined) return found.key;
      if (found?.value !== undefined) return found.value;
    }
    return this.#range(0, this.text.indexOf('\n') < 0 ? this.text.length : this.text.indexOf('\n'));
  }

  /** Where a value stands; its key's place where it is empty or long. */
  valueRange(path: readonly PropertyKey[]): Range {
    const found = this.#find(path);
    if (found?.value === undefined || found.isLong) return this.keyRange(path);
    return found.value;
  }

  /** The value at a path, as far as the text could be read. */
  at(path: readonly PropertyKey[]): unknown {
    let value: unknown = this.value;
    for (const step of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined;
    return value;
  }

  /** The deepest key or value that an offset lies in. */
  pointed(offset: number): Pointed | null {
    return this.#descend(this.#document.contents, [], offset);
  }

  #descend(node: unknown, path: Path, offset: number): Pointed | null {
    if (isMap(node)) {
      for (const pair of node.items) {
        const step = keyName(pair);
        if (step === null) continue;
        const here = [...path, step];
        if (isScalar(pair.key) && isWithin(pair.key.range, offset)) return { path: here, on: 'key', range: this.#nodeRange(pair.key), value: isScalar(pair.value) ? pair.value.value : undefined };
        const inner = this.#descend(pair.value, here, offset);
        if (inner !== null) return inner;
      }
      return null;
    }
    if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        const inner = this.#descend(item, [...path, index], offset);
        if (inner !== null) return inner;
      }
      return null;
    }
    return isScalar(node) && isWithin(node.range, offset) ? { path, on: 'value', range: this.#nodeRange(node), value: node.value } : null;
  }

  #find(path: readonly PropertyKey[]): { key: Range | undefined; value: Range | undefined; isLong: boolean } | null {
    let node: unknown = this.#document.contents;
    let key: Range | undefined;
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => keyName(item) === String(step));
        if (pair === undefined) return null;
        key = isScalar(pair.key) ? this.#nodeRange(pair.key) : undefined;
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(step)];
        key = undefined;
      } else {
        return null;
      }
    }
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return { key, value: undefined, isLong: false };
    const value = this.#nodeRange(node);
    return { key, value, isLong: value.start.line !== value.end.line };
  }

  #nodeRange(node: Node): Range {
    const [start, end] = node.range ?? [0, 0];
    return this.#range(start, end);
  }

  #range(start: number, end: number): Range {
    return { start: this.#position(start), end: this.#position(end) };
  }

  #position(offset: number): Range['start'] {
    const { line, col } = this.#counter.linePos(Math.min(offset, this.text.length));
    return { line: Math.max(0, line - 1), character: Math.max(0, col - 1) };
  }

  /** Aliases that grow without end are refused by the parser with an error of its own. */
  #toJs(): unknown {
    try {
      const value: unknown = this.#document.toJS();
      return value ?? {};
    } catch {
      return undefined;
    }
  }
}

function keyName(pair: unknown): string | null {
  return isPair(pair) && isScalar(pair.key) ? String(pair.key.value) : null;
}

function isWithin(range: readonly number[] | null | undefined, offset: number): boolean {
  return range !== null && range !== undefined && (range[0] ?? 0) <= offset && offset <= (range[1] ?? 0);
}
