import type { LineResult } from './lineChecker.ts';

/** A change of an open file as the protocol gives it: places count lines and UTF-16 units from 0. */
export interface LineChange {
  range?: { start: Place; end: Place };
  text: string;
}

interface Place {
  line: number;
  character: number;
}

/**
 * An open file as its lines, each with what its check found. A change touches the lines that it names, so that typing in
 * a file of 100,000 lines costs the same as in one of ten.
 */
export class LineDocument {
  readonly uri: string;
  version: number;
  lines: string[];
  /** By line; undefined where the line has not been checked since it changed. */
  results: (LineResult | undefined)[];
  /** No line before it waits for its check. */
  firstOpen = 0;

  constructor(uri: string, version: number, text: string) {
    this.uri = uri;
    this.version = version;
    this.lines = text.split(lineEnd);
    this.results = new Array<LineResult | undefined>(this.lines.length).fill(undefined);
  }

  /** Applies a change; answers the first line that it touched. */
  apply({ range, text }: LineChange): number {
    if (range === undefined) return this.#replace(0, this.lines.length, text.split(lineEnd));
    const { start, end } = range;
    const head = (this.lines[start.line] ?? '').slice(0, start.character);
    const tail = (this.lines[end.line] ?? '').slice(end.character);
    return this.#replace(start.line, end.line + 1, `${head}${text}${tail}`.split(lineEnd));
  }

  /** Forgets every result: another format reads every line anew. */
  forget(): void {
    this.results.fill(undefined);
    this.firstOpen = 0;
  }

  /** Lines at both ends that stay as they are keep their results, as where an undo replaces a whole region. */
  #replace(from: number, to: number, fresh: string[]): number {
    let first = from;
    let skipped = 0;
    while (first < to && skipped < fresh.length && this.lines[first] === fresh[skipped]) {
      first += 1;
      skipped += 1;
    }
    let last = to;
    let end = fresh.length;
    while (last > first && end > skipped && this.lines[last - 1] === fresh[end - 1]) {
      last -= 1;
      end -= 1;
    }
    const added = fresh.slice(skipped, end);
    this.lines = splice(this.lines, first, last, added);
    this.results = splice(this.results, first, last, new Array<LineResult | undefined>(added.length).fill(undefined));
    this.firstOpen = Math.min(this.firstOpen, first);
    return first;
  }
}

/** Array.splice takes its values as arguments, and there may be more of them than a call can have. */
function splice<Item>(items: Item[], from: number, to: number, added: Item[]): Item[] {
  if (added.length > 10_000) return [...items.slice(0, from), ...added, ...items.slice(to)];
  items.splice(from, to - from, ...added);
  return items;
}

const lineEnd = /\r\n|\n|\r/;
