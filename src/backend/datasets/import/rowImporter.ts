import { isUtf8 } from 'node:buffer';
import type { DatasetRow } from '../../../protocol/datasets.ts';
import type { Json } from '../../../protocol/json.ts';
import type { Converter } from '../formats/convert.ts';
import type { RowIssue } from '../formats/issues.ts';
import { parseLine } from '../formats/parseLine.ts';
import { makeRowScanner, type RowScan } from '../formats/scanRow.ts';
import type { RecordSink } from '../readers/recordSink.ts';
import { DuplicateTable } from './duplicateTable.ts';
import type { IssueLog } from './issueLog.ts';
import { normalRow } from './normalRow.ts';
import { parseRow } from './parseRow.ts';
import { RowColumns } from './rowColumns.ts';
import type { RowsWriter } from './rowsWriter.ts';
import { countTurns, estimateTokens } from './tokens.ts';

export interface RowImporterInit {
  writer: RowsWriter;
  issues: IssueLog;
  minQuality: number;
  isDeduplicating: boolean;
  /** `--plan` lists the lines that were kept. */
  isListingLines: boolean;
  /** Decides a row's split from the two halves of its prompt's hash. */
  splitOf: (low: number, high: number, file: number) => number;
  /** Called between chunks. */
  onProgress: (rows: number) => void;
  signal: AbortSignal;
}

export interface RowCounts {
  read: number;
  kept: number;
  invalid: number;
  duplicates: number;
  lowQuality: number;
}

const chatPrefix = Buffer.from('{"kind":"chat",');
const openBrace = 123;
/** A text of JavaScript ends at 512 MB, and what is written for a row may be longer than what was read. */
const longestRowBytes = 256 << 20;

/**
 * The way of a record into the dataset: parse, convert, scan (hash and quality in one pass), compare, write.
 * One per import; everything per row is synchronous and allocates little.
 */
export class RowImporter implements RecordSink {
  readonly columns = new RowColumns();
  readonly counts: RowCounts = { read: 0, kept: 0, invalid: 0, duplicates: 0, lowQuality: 0 };
  readonly keptLines: { file: string; lines: number[] }[] = [];
  readonly #init: RowImporterInit;
  readonly #scanner = makeRowScanner();
  readonly #table = new DuplicateTable();
  readonly #leastTenths: number;
  #convert: Converter = () => null;
  #file = '';
  #fileIndex = 0;
  #line = 0;
  #text = '';
  #columnOffset = 0;
  #issuesOfRow = 0;
  #isByLine = false;
  #newline = '\n';
  #isAscii = false;
  #lines: number[] = [];

  constructor(init: RowImporterInit) {
    this.#init = init;
    // As the score is stored and shown, so that a row of 10.0 is not below 10.
    this.#leastTenths = init.minQuality * 10 - 1e-6;
  }

  get isDone(): boolean {
    return false;
  }

  /** `isByLine`: no record of the file has a line feed in it. `isOldMac`: CR ends its lines. */
  beginFile(file: { name: string; index: number; convert: Converter; isByLine: boolean; isOldMac: boolean }): void {
    this.#isByLine = file.isByLine;
    this.#newline = file.isOldMac ? '\r' : '\n';
    this.#file = file.name;
    this.#fileIndex = file.index;
    this.#convert = file.convert;
    this.#lines = [];
    if (this.#init.isListingLines) this.keptLines.push({ file: file.name, lines: this.#lines });
  }

  json(source: Buffer, start: number, end: number, line: number, column = 1): void {
    this.counts.read++;
    this.#line = line;
    this.#columnOffset = column - 1;
    this.#issuesOfRow = 0;
    if (end - start > longestRowBytes) {
      this.counts.invalid++;
      this.#init.issues.file(this.#file, 'row_too_long', `This row has ${String(Math.round((end - start) / 1e6))} MB.`, { line });
      return;
    }
    const text = source.toString('utf8', start, end);
    this.#text = text;
    // A broken byte becomes one unit too, so equal lengths alone do not tell ASCII.
    const hasReplacement = text.includes('\ufffd');
    this.#isAscii = text.length === end - start && !hasReplacement && !text.includes('\\u');
    if (hasReplacement && !isUtf8(source.subarray(start, end))) {
      this.#issuesOfRow++;
      this.#init.issues.file(this.#file, 'invalid_utf8', 'This line has bytes that are not UTF-8; they became U+FFFD.', { line });
    }
    const value = parseLine(text, this.#report);
    if (value === undefined) {
      this.counts.invalid++;
      return;
    }
    const hadKind = typeof value === 'object' && value !== null && 'kind' in value;
    const row = this.#convert(value, this.#report);
    if (row === null) {
      this.counts.invalid++;
      return;
    }
    let brace = -1;
    const isSame: unknown = row;
    if (isSame === value && !hadKind && row.kind === 'chat' && this.#issuesOfRow === 0 && (this.#isByLine || !text.includes('\n'))) {
      brace = source[start] === openBrace ? start : source.indexOf(openBrace, start);
    }
    this.#accept(row, () => (brace >= 0 ? this.#init.writer.appendBytes(chatPrefix, source, brace + 1, end) : this.#appendRow(row)));
  }

  value(value: Json, line: number): void {
    this.counts.read++;
    this.#line = line;
    this.#columnOffset = 0;
    this.#text = '';
    this.#isAscii = false;
    this.#issuesOfRow = 0;
    const row = this.#convert(value, this.#report);
    if (row === null) this.counts.invalid++;
    else this.#accept(row, () => this.#appendRow(row));
  }

  broken(line: number, issue: RowIssue): void {
    this.counts.read++;
    this.counts.invalid++;
    this.#init.issues.row(this.#file, line, issue);
  }

  get issues(): IssueLog {
    return this.#init.issues;
  }

  async settle(): Promise<void> {
    this.#init.signal.throwIfAborted();
    this.#init.onProgress(this.counts.read);
    await this.#init.writer.settle();
    await new Promise((resolve) => setImmediate(resolve));
    this.#init.signal.throwIfAborted();
  }

  /** Sends the last rows to the index. */
  end(): void {
    const rest = this.columns.rest();
    if (rest !== undefined) this.#init.writer.addBlock(rest);
  }

  #accept(row: DatasetRow, append: () => number): void {
    const scan = this.#scanner.scan(row, this.#report, this.#text);
    if (this.#init.isListingLines) this.#lines.push(this.#line);
    if (tenthsOf(scan) < this.#leastTenths) {
      this.counts.lowQuality++;
      return;
    }
    const { writer } = this.#init;
    const offset = writer.offset;
    let length: number;
    try {
      length = append();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // JSON.stringify recurses; a value that deep is no training row.
      this.counts.invalid++;
      this.#init.issues.file(this.#file, 'row_too_deep', 'This row nests too deep to be written again.', { line: this.#line });
      return;
    }
    if (this.#init.isDeduplicating) {
      const first = this.#table.find(scan.hashLow, scan.hashHigh, (earlier) => this.#isSame(earlier, row, writer.offset - length - 1, length));
      if (first >= 0) {
        writer.takeBack(length);
        this.counts.duplicates++;
        return;
      }
      this.#table.add(scan.hashLow, scan.hashHigh, this.columns.count);
    }
    this.#keep(row, scan, offset, length);
  }

  #keep(row: DatasetRow, scan: RowScan, offset: number, length: number): void {
    const tokens = estimateTokens(row, scan.characters, this.#isAscii);
    const key = row.id === undefined ? { low: scan.promptLow, high: scan.promptHigh } : hashId(row.id);
    this.counts.kept++;
    const full = this.columns.add({
      file: this.#fileIndex,
      line: this.#line,
      hashLow: scan.hashLow,
      hashHigh: scan.hashHigh,
      promptLow: scan.promptLow,
      promptHigh: scan.promptHigh,
      keyLow: key.low,
      keyHigh: key.high,
      offset,
      length,
      quality: tenthsOf(scan),
      tokens,
      turns: Math.min(65_535, countTurns(row)),
      split: this.#init.splitOf(scan.promptLow, scan.promptHigh, this.#fileIndex),
    });
    if (full !== undefined) this.#init.writer.addBlock(full);
  }

  /** Byte for byte first, which settles most; then by the normal text. */
  #isSame(earlier: number, row: DatasetRow, offset: number, length: number): boolean {
    const { writer } = this.#init;
    const { block, at } = this.columns.locate(earlier);
    const before = Buffer.from(writer.read(block.offset[at] ?? 0, block.length[at] ?? 0));
    if (before.length === length && before.equals(writer.read(offset, length))) return true;
    return normalRow(parseRow(before.toString('utf8'))) === normalRow(row);
  }

  #appendRow(row: DatasetRow): number {
    return this.#init.writer.appendText(rowText(row));
  }

  readonly #report = (issue: RowIssue): void => {
    this.#issuesOfRow++;
    if (issue.column === null) {
      this.#init.issues.row(this.#file, this.#line, issue);
      return;
    }
    // A record over several lines: the column counts from where the record begins.
    const before = this.#text.slice(0, issue.column - 1);
    const lastBreak = before.lastIndexOf(this.#newline);
    if (lastBreak < 0) {
      this.#init.issues.row(this.#file, this.#line, { ...issue, column: issue.column + this.#columnOffset });
      return;
    }
    const breaks = before.split(this.#newline).length - 1;
    this.#init.issues.row(this.#file, this.#line + breaks, { ...issue, column: issue.column - lastBreak - 1 });
  };
}

/** The score as it is stored, in tenths. */
function tenthsOf(scan: RowScan): number {
  return Math.min(100, Math.max(0, Math.round(scan.quality * 10)));
}

/** A row as a line of `rows.jsonl`: `kind` first, then what is trained, then the rest. */
export function rowText(row: DatasetRow): string {
  switch (row.kind) {
    case 'chat':
      return JSON.stringify({ kind: row.kind, messages: row.messages, tools: row.tools, id: row.id, meta: row.meta });
    case 'text':
      return JSON.stringify({ kind: row.kind, text: row.text, tools: row.tools, id: row.id, meta: row.meta });
    case 'preference':
      return JSON.stringify({ kind: row.kind, messages: row.messages, chosen: row.chosen, rejected: row.rejected, tools: row.tools, id: row.id, meta: row.meta });
    case 'kto':
      return JSON.stringify({ kind: row.kind, messages: row.messages, completion: row.completion, label: row.label, tools: row.tools, id: row.id, meta: row.meta });
  }
}

function hashId(id: string): { low: number; high: number } {
  let low = 0x811c9dc5 | 0;
  let high = 0x2f0b4c47;
  for (let index = 0; index < id.length; index++) {
    const code = id.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul((high ^ (low >>> 7)) + code, 0x85ebca6b);
  }
  return { low: low >>> 0, high: high >>> 0 };
}
