import type { RowsReader } from './rowsReader.ts';
import { makeGiveWay } from './timeSlices.ts';
import type { Where } from './where.ts';

const rowsPerSlice = 4096;

/** Numbers of rows, in order. `every` spares the list where nothing is filtered. */
export type FoundRows = { kind: 'every'; count: number } | { kind: 'some'; numbers: Uint32Array };

export interface FindRun {
  signal: AbortSignal;
  /** 0 to 1. */
  onProgress: (share: number) => void;
}

/** The rows that meet the conditions. Only `texts` reads rows; both give way to other work, and end when cancelled. */
export async function findRows(reader: RowsReader, where: Where, run: FindRun): Promise<FoundRows> {
  run.signal.throwIfAborted();
  const { filter, texts } = where;
  const count = reader.index.count();
  const isFree = texts.length === 0 && filter.split === undefined && filter.file === undefined && (filter.bounds ?? []).length === 0;
  if (isFree) return { kind: 'every', count };
  const searches = texts.map(makeTextSearch);
  const giveWay = makeGiveWay(run.signal);
  const numbers = new NumberList();
  for (let from = 0; from < count; from += rowsPerSlice) {
    const slice = { ...filter, from, before: from + rowsPerSlice };
    if (searches.length === 0) numbers.add(reader.index.numbers(slice));
    else {
      for (const row of Array.from(reader.index.rows(slice))) {
        const line = reader.bytes(row).toString('utf8');
        if (searches.every((contains) => contains(line))) numbers.add([row.row]);
        await giveWay();
      }
    }
    run.onProgress(Math.min(1, (from + rowsPerSlice) / count));
    await giveWay();
  }
  return { kind: 'some', numbers: numbers.take() };
}

/** How many rows were found. */
export function countOf(found: FoundRows): number {
  return found.kind === 'every' ? found.count : found.numbers.length;
}

/** The numbers from `first` to `last`, which count from 1 among those found. */
export function* pageOf(found: FoundRows, first: number, last: number): Generator<number> {
  for (let at = first - 1; at < Math.min(last, countOf(found)); at++) yield found.kind === 'every' ? at : (found.numbers[at] ?? 0);
}

/**
 * Looks for a text in a line of `rows.jsonl`, without case, in the row as JSON.stringify writes it. Words of plain letters
 * are looked for in the line itself first: where it has no \u escape and does not hold them, neither does the row.
 */
function makeTextSearch(text: string): (line: string) => boolean {
  const wanted = text.toLowerCase();
  const isPlain = /^[a-z ]+$/.test(wanted);
  return (line) => {
    if (isPlain && !line.includes('\\u') && !line.toLowerCase().includes(wanted)) return false;
    return JSON.stringify(JSON.parse(line)).toLowerCase().includes(wanted);
  };
}

/** A list that grows, four bytes a number. */
class NumberList {
  #numbers = new Uint32Array(1024);
  #count = 0;

  add(numbers: readonly number[]): void {
    while (this.#count + numbers.length > this.#numbers.length) {
      const larger = new Uint32Array(2 * this.#numbers.length);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers.set(numbers, this.#count);
    this.#count += numbers.length;
  }

  take(): Uint32Array {
    return this.#numbers.slice(0, this.#count);
  }
}
