import type { Json } from '../../../protocol/json.ts';
import { rowIssue } from '../formats/issues.ts';
import type { ByteSource } from './byteSource.ts';
import { hasMark, markBytes, markMessage } from './byteOrderMark.ts';
import { readChunks, type Chunk } from './chunks.ts';
import type { CsvDialect } from './csvDialect.ts';
import type { RecordSink } from './recordSink.ts';

const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;
/** A record that long has an open quote, not that much text. */
const longestRecordBytes = 128 << 20;

/**
 * Delimited text by RFC 4180, with what real files do beside: quotes within plain fields, LF, CRLF or CR, records over
 * several lines. Every value stays text, so that leading zeros survive. A quote that is never closed, or first by the
 * quote of a later line, costs the line it stands in and nothing after it. `name` is what messages call the file.
 */
export async function readCsv(source: ByteSource, sink: RecordSink, dialect: CsvDialect, name: string): Promise<void> {
  const reader = new CsvReader(sink, dialect, name);
  for await (const chunk of readChunks(source)) {
    reader.take(chunk);
    await sink.settle();
    if (sink.isDone) return;
  }
}

interface CsvRecord {
  fields: string[];
  /** Where the next record begins. */
  next: number;
  lines: number;
}

class CsvReader {
  readonly #sink: RecordSink;
  readonly #dialect: CsvDialect;
  readonly #name: string;
  #header: string[] | undefined;
  #line = 1;

  constructor(sink: RecordSink, dialect: CsvDialect, name: string) {
    this.#sink = sink;
    this.#dialect = dialect;
    this.#name = name;
  }

  take(chunk: Chunk): void {
    let start = 0;
    while (start < chunk.end && !this.#sink.isDone) {
      if (hasMark(chunk.buffer, start, chunk.end)) {
        this.#sink.issues.file(this.#name, 'byte_order_mark', markMessage, { line: this.#line });
        start += markBytes;
      }
      const record = this.#record(chunk.buffer, start, chunk.end, chunk.isLast);
      if (record === 'unfinished' && !chunk.isLast && chunk.end - start < longestRecordBytes) break;
      if (record === 'unfinished' || record === 'broken') {
        start = this.#skipBrokenLine(chunk.buffer, start, chunk.end);
        continue;
      }
      this.#put(record.fields);
      this.#line += record.lines;
      start = record.next;
    }
    chunk.keepFrom = start;
  }

  #put(fields: string[]): void {
    if (fields.length === 1 && fields[0]?.trim() === '') return;
    const isSaying = this.#line === 1 && fields.length === 2 && fields[0]?.toLowerCase() === 'sep=' && fields[1] === '';
    if (isSaying) return;
    if (this.#header === undefined) {
      this.#header = this.#headerOf(fields);
      return;
    }
    const header = this.#header;
    if (header.length > 1 && fields.length === header.length && fields.every((field, index) => field.trim() === header[index])) {
      this.#sink.issues.file(this.#name, 'csv_header_again', 'The header stands here again; the record was left out.', { line: this.#line });
      return;
    }
    const extra = fields.slice(header.length);
    if (extra.some((field) => field !== '')) {
      this.#sink.broken(this.#line, {
        ...rowIssue('row_shape', `This record has ${String(fields.length)} fields, the header has ${String(header.length)} columns.`),
        fix: 'Put quotes around fields that contain the delimiter.',
      });
      return;
    }
    const row: { [key: string]: Json } = {};
    header.forEach((column, index) => {
      const field = fields[index];
      if (field !== undefined) Object.defineProperty(row, column, { value: field, enumerable: true, configurable: true, writable: true });
    });
    if (fields.length < header.length) {
      this.#sink.issues.file(this.#name, 'csv_short', `This record has ${String(fields.length)} fields, the header has ${String(header.length)} columns; the others are empty.`, { line: this.#line });
    }
    this.#sink.value(row, this.#line);
  }

  #headerOf(fields: string[]): string[] {
    const seen = new Map<string, number>();
    return fields.map((field, index) => {
      const column = field.trim();
      const times = seen.get(column) ?? 0;
      seen.set(column, times + 1);
      if (times === 0) return column;
      const renamed = `${column}_${String(times + 1)}`;
      this.#sink.issues.file(this.#name, 'csv_header', `Column ${String(index + 1)} repeats the name “${column}”; it was read as “${renamed}”.`, { line: this.#line });
      return renamed;
    });
  }

  #skipBrokenLine(buffer: Buffer, start: number, end: number): number {
    this.#sink.broken(this.#line, {
      ...rowIssue('row_shape', 'A quote is opened in this record and not closed.'),
      fix: 'Close the quote, or double it where it belongs to the text.',
    });
    this.#line++;
    const next = buffer.indexOf(this.#dialect.newline, start);
    return next < 0 || next >= end ? end : next + 1;
  }

  /** Reads one record, or says that its end is not there yet. */
  #record(buffer: Buffer, start: number, end: number, isLast: boolean): CsvRecord | 'unfinished' | 'broken' {
    const { delimiter, newline } = this.#dialect;
    const fields: string[] = [];
    let lines = 0;
    let at = start;
    for (;;) {
      if (at < end && buffer[at] === quote) {
        const quoted = this.#quoted(buffer, at, end);
        if (typeof quoted === 'string') return quoted;
        fields.push(quoted.text);
        lines += quoted.lines;
        at = quoted.next;
      } else {
        let stop = at;
        while (stop < end && buffer[stop] !== delimiter && buffer[stop] !== newline && buffer[stop] !== lineFeed) stop++;
        if (stop === end && !isLast) return 'unfinished';
        fields.push(buffer.toString('utf8', at, buffer[stop - 1] === carriageReturn && stop > at && buffer[stop] !== delimiter ? stop - 1 : stop));
        at = stop;
      }
      if (at >= end) return isLast ? { fields, next: end, lines: lines + 1 } : 'unfinished';
      if (buffer[at] === delimiter) {
        at++;
        continue;
      }
      return { fields, next: at + 1, lines: lines + 1 };
    }
  }

  /** A field in quotes; text after the closing quote belongs to it, as spreadsheets read it. */
  #quoted(buffer: Buffer, start: number, end: number): { text: string; next: number; lines: number } | 'unfinished' | 'broken' {
    const { delimiter, newline } = this.#dialect;
    let text = '';
    let lines = 0;
    let from = start + 1;
    for (;;) {
      const close = buffer.indexOf(quote, from);
      if (close < 0 || close >= end) return 'unfinished';
      text += buffer.toString('utf8', from, close);
      lines += countByte(buffer, newline, from, close);
      if (buffer[close + 1] === quote && close + 1 < end) {
        text += '"';
        from = close + 2;
        continue;
      }
      let stop = close + 1;
      while (stop < end && buffer[stop] !== delimiter && buffer[stop] !== newline && buffer[stop] !== lineFeed) stop++;
      const after = buffer.toString('utf8', close + 1, stop);
      const rest = after.trim() === '' ? '' : after.replace(/\r$/, '');
      // A field over several lines with text after its quote: the quote was not closed, and this one opens another field.
      if (rest !== '' && lines > 0) return 'broken';
      return { text: text + rest, next: stop, lines };
    }
  }
}

function countByte(buffer: Buffer, code: number, start: number, end: number): number {
  let count = 0;
  for (let at = buffer.indexOf(code, start); at >= 0 && at < end; at = buffer.indexOf(code, at + 1)) count++;
  return count;
}
