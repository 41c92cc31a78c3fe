import type { Statement } from 'better-sqlite3';
import { splitNames, type Split } from '../../protocol/datasets.ts';
import { openSqlite, type Db } from './sqlite.ts';

/** A block of rows by columns: what is known of each row beside its text. */
export interface IndexBlock {
  count: number;
  file: Uint16Array;
  line: Float64Array;
  /** Two 32-bit halves per row, low first: the row's normalised text, its prompt, its key. */
  hash: Uint32Array;
  prompt: Uint32Array;
  key: Uint32Array;
  offset: Float64Array;
  length: Uint32Array;
  /** Quality in tenths: 0–100. */
  quality: Uint8Array;
  tokens: Uint32Array;
  turns: Uint16Array;
  split: Uint8Array;
}

const schema = `
  CREATE TABLE files (file INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
  CREATE TABLE rows (
    row INTEGER PRIMARY KEY, file INTEGER NOT NULL, line INTEGER NOT NULL, hash INTEGER NOT NULL,
    prompt INTEGER NOT NULL, key INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    quality INTEGER NOT NULL, tokens INTEGER NOT NULL, turns INTEGER NOT NULL, split INTEGER NOT NULL
  ) STRICT;`;
const columns = 12;
const rowsPerStatement = 64;
const rowsPerTransaction = 50_000;

/**
 * Builds a dataset's index in a folder that nobody else sees: no journal, no syncs, indexes made last. A crash leaves
 * a staging folder behind that is thrown away, never a half index.
 */
export class IndexBuilder {
  readonly #db: Db;
  readonly #many: Statement;
  readonly #one: Statement;
  readonly #valuesOfMany = Array.from<unknown>({ length: columns * rowsPerStatement });
  readonly #valuesOfOne = Array.from<unknown>({ length: columns });
  #row = 0;
  #open = 0;
  #isInTransaction = false;

  constructor(file: string) {
    this.#db = openSqlite(file);
    this.#db.pragma('journal_mode = OFF');
    this.#db.pragma('synchronous = OFF');
    this.#db.pragma('cache_size = -16384');
    this.#db.exec(schema);
    const one = `(${Array.from({ length: columns }, () => '?').join(',')})`;
    const insert = 'INSERT INTO rows (row, file, line, hash, prompt, key, offset, length, quality, tokens, turns, split) VALUES ';
    this.#one = this.#db.prepare(insert + one);
    this.#many = this.#db.prepare(insert + Array.from({ length: rowsPerStatement }, () => one).join(','));
  }

  add(block: IndexBlock): void {
    this.#begin();
    const hashes = new BigInt64Array(block.hash.buffer, block.hash.byteOffset, block.hash.length / 2);
    const prompts = new BigInt64Array(block.prompt.buffer, block.prompt.byteOffset, block.prompt.length / 2);
    const keys = new BigInt64Array(block.key.buffer, block.key.byteOffset, block.key.length / 2);
    const put = (values: unknown[], from: number, at: number): void => {
      values[from] = this.#row++;
      values[from + 1] = block.file[at];
      values[from + 2] = block.line[at];
      values[from + 3] = hashes[at];
      values[from + 4] = prompts[at];
      values[from + 5] = keys[at];
      values[from + 6] = block.offset[at];
      values[from + 7] = block.length[at];
      values[from + 8] = block.quality[at];
      values[from + 9] = block.tokens[at];
      values[from + 10] = block.turns[at];
      values[from + 11] = block.split[at];
    };
    let at = 0;
    for (; at + rowsPerStatement <= block.count; at += rowsPerStatement) {
      for (let next = 0; next < rowsPerStatement; next++) put(this.#valuesOfMany, next * columns, at + next);
      this.#many.run(this.#valuesOfMany);
    }
    for (; at < block.count; at++) {
      put(this.#valuesOfOne, 0, at);
      this.#one.run(this.#valuesOfOne);
    }
    this.#open += block.count;
    if (this.#open >= rowsPerTransaction) this.#commit();
  }

  /** Moves rows to other splits: flat pairs of row and split. */
  setSplits(pairs: Float64Array): void {
    this.#begin();
    const update = this.#db.prepare('UPDATE rows SET split = ? WHERE row = ?');
    for (let index = 0; index + 1 < pairs.length; index += 2) update.run(pairs[index + 1], pairs[index]);
  }

  /** Makes the indexes and closes. */
  finish(files: readonly string[]): void {
    this.#begin();
    const insert = this.#db.prepare('INSERT INTO files (file, name) VALUES (?, ?)');
    files.forEach((name, index) => insert.run(index, name));
    this.#commit();
    this.#db.exec('CREATE INDEX rows_by_split ON rows (split, row)');
    this.#db.pragma('user_version = 1');
    this.#db.close();
  }

  abandon(): void {
    this.#db.close();
  }

  #begin(): void {
    if (this.#isInTransaction) return;
    this.#db.exec('BEGIN');
    this.#isInTransaction = true;
  }

  #commit(): void {
    if (!this.#isInTransaction) return;
    this.#db.exec('COMMIT');
    this.#isInTransaction = false;
    this.#open = 0;
  }
}

/** What the index knows of a row. `offset` and `length` are bytes in `rows.jsonl`, the newline not counted. */
export interface IndexedRow {
  row: number;
  file: string;
  line: number;
  key: bigint;
  hash: bigint;
  prompt: bigint;
  offset: number;
  length: number;
  /** 0–10. */
  quality: number;
  tokens: number;
  turns: number;
  split: Split;
}

/** A condition on a figure of a row. `quality` is 0–10. */
export interface Bound {
  column: 'quality' | 'tokens' | 'turns' | 'line';
  operator: '<' | '<=' | '>' | '>=' | '=';
  value: number;
}

export interface RowFilter {
  split?: Split;
  file?: string;
  /** All must hold. */
  bounds?: readonly Bound[];
  /** Rows from this one on. */
  from?: number;
  /** Rows before this one. */
  before?: number;
  limit?: number;
}

interface RawRow {
  row: bigint;
  file: string | null;
  line: bigint;
  hash: bigint;
  prompt: bigint;
  key: bigint;
  offset: bigint;
  length: bigint;
  quality: bigint;
  tokens: bigint;
  turns: bigint;
  split: bigint;
}

/** A finished index, read-only: open it, ask, `close`. */
export class DatasetIndex {
  readonly #db: Db;

  constructor(file: string) {
    this.#db = openSqlite(file, { readonly: true });
  }

  /** Rows in their order in the file, one at a time. */
  *rows(filter: RowFilter = {}): Generator<IndexedRow> {
    const { sql, values } = conditionsOf(filter);
    const statement = this.#db.prepare<unknown[], RawRow>(`SELECT ${rowColumns} WHERE ${sql} ORDER BY r.row LIMIT :limit`).safeIntegers(true);
    for (const raw of statement.iterate({ ...values, limit: filter.limit ?? -1 })) yield toIndexedRow(raw);
  }

  /** Numbers of the rows that match, in order. */
  numbers(filter: RowFilter): number[] {
    const { sql, values } = conditionsOf(filter);
    return this.#db.prepare<unknown[], number>(`SELECT r.row FROM rows r WHERE ${sql} ORDER BY r.row`).pluck(true).all(values);
  }

  /** The rows of these numbers, in their order; a number that there is no row of is left out. */
  at(numbers: Iterable<number>): IndexedRow[] {
    const statement = this.#db.prepare<[number], RawRow>(`SELECT ${rowColumns} WHERE r.row = CAST(? AS INTEGER)`).safeIntegers(true);
    return Array.from(numbers, (number) => statement.get(number)).flatMap((raw) => (raw === undefined ? [] : [toIndexedRow(raw)]));
  }

  /** How many rows of a range have which quality (in tenths), and which token estimate. */
  tally(filter: RowFilter): { quality: [number, number][]; tokens: [number, number][] } {
    const { sql, values } = conditionsOf(filter);
    const count = (column: 'quality' | 'tokens') =>
      this.#db.prepare<unknown[], [number, number]>(`SELECT r.${column}, count(*) FROM rows r WHERE ${sql} GROUP BY r.${column}`).raw(true).all(values);
    return { quality: count('quality'), tokens: count('tokens') };
  }

  /** The row that a line of a file became: found by halving, since rows keep the order of files and lines. Null where none or several did. */
  rowOfLine(file: string, line: number): number | null {
    const code = this.#db.prepare<[string], number>('SELECT file FROM files WHERE name = ? ORDER BY file LIMIT 1').pluck(true).get(file);
    if (code === undefined) return null;
    const statement = this.#db.prepare<[number], { file: number; line: number }>('SELECT file, line FROM rows WHERE row = CAST(? AS INTEGER)');
    const isBefore = (row: number) => {
      const found = statement.get(row);
      return found !== undefined && (found.file < code || (found.file === code && found.line < line));
    };
    let low = 0;
    let high = this.count();
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (isBefore(middle)) low = middle + 1;
      else high = middle;
    }
    const is = (row: number) => {
      const found = statement.get(row);
      return found !== undefined && found.file === code && found.line === line;
    };
    return is(low) && !is(low + 1) ? low : null;
  }

  /** Places and token estimates of a split, as the trainer's split file has them: row, offset, length. */
  places(split: Split): { triples: BigInt64Array; tokens: number } {
    const code = splitNames.indexOf(split);
    const totals = this.#db
      .prepare<[number], { rows: number; tokens: number | null }>('SELECT count(*) AS rows, sum(tokens) AS tokens FROM rows WHERE split = CAST(? AS INTEGER)')
      .get(code);
    const triples = new BigInt64Array(3 * (totals?.rows ?? 0));
    const statement = this.#db
      .prepare<[number], [bigint, bigint, bigint]>('SELECT row, offset, length FROM rows WHERE split = CAST(? AS INTEGER) ORDER BY row')
      .safeIntegers(true)
      .raw(true);
    let at = 0;
    for (const [row, offset, length] of statement.iterate(code)) {
      triples[at++] = row;
      triples[at++] = offset;
      triples[at++] = length;
    }
    return { triples, tokens: totals?.tokens ?? 0 };
  }

  /** Each row's prompt hash and split, for the next version to carry on. */
  *assignments(): Generator<{ prompt: bigint; split: number }> {
    const statement = this.#db
      .prepare<[], { prompt: bigint; split: bigint }>('SELECT prompt, split FROM rows ORDER BY row')
      .safeIntegers(true);
    for (const row of statement.iterate()) yield { prompt: row.prompt, split: Number(row.split) };
  }

  count(): number {
    return this.#db.prepare<[], { rows: number }>('SELECT count(*) AS rows FROM rows').get()?.rows ?? 0;
  }

  close(): void {
    this.#db.close();
  }
}

const rowColumns = `r.row AS row, f.name AS file, r.line AS line, r.hash AS hash, r.prompt AS prompt, r.key AS key,
  r.offset AS offset, r.length AS length, r.quality AS quality, r.tokens AS tokens, r.turns AS turns, r.split AS split
  FROM rows r LEFT JOIN files f ON f.file = r.file`;

/** A filter as a WHERE clause over `rows r`. Columns and operators are ours; values are bound. */
function conditionsOf(filter: RowFilter): { sql: string; values: Record<string, unknown> } {
  const parts = ['r.row >= :start'];
  const values: Record<string, unknown> = { start: filter.from ?? 0 };
  const add = (sql: string, name: string, value: unknown) => {
    parts.push(sql);
    values[name] = value;
  };
  if (filter.before !== undefined) add('r.row < :before', 'before', filter.before);
  if (filter.split !== undefined) add('r.split = :split', 'split', splitNames.indexOf(filter.split));
  if (filter.file !== undefined) add('r.file IN (SELECT file FROM files WHERE name = :file)', 'file', filter.file);
  // The same division as in `toIndexedRow`, so that SQL and JavaScript agree on 0.7.
  (filter.bounds ?? []).forEach(({ column, operator, value }, index) => add(`${column === 'quality' ? 'r.quality / 10.0' : `r.${column}`} ${operator} :bound${index}`, `bound${index}`, value));
  return { sql: parts.join(' AND '), values };
}

function toIndexedRow(raw: RawRow): IndexedRow {
  return {
    row: Number(raw.row),
    file: raw.file ?? '',
    line: Number(raw.line),
    key: raw.key,
    hash: raw.hash,
    prompt: raw.prompt,
    offset: Number(raw.offset),
    length: Number(raw.length),
    quality: Number(raw.quality) / 10,
    tokens: Number(raw.tokens),
    turns: Number(raw.turns),
    split: splitNames[Number(raw.split)] ?? 'train',
  };
}
