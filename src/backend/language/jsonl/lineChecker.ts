import type { DatasetFormat, DatasetIssue, DatasetRow } from '../../../protocol/datasets.ts';
import { makeConverter, type Converter } from '../../datasets/formats/convert.ts';
import type { RowContext } from '../../datasets/formats/context.ts';
import { rowIssue, type IssueCode, type Report } from '../../datasets/formats/issues.ts';
import { noMapping } from '../../datasets/formats/mapping.ts';
import { parseLine } from '../../datasets/formats/parseLine.ts';
import { makeRowScanner } from '../../datasets/formats/scanRow.ts';
import { fileIssueCodes } from '../../datasets/import/fileIssues.ts';
import { markMessage } from '../../datasets/readers/byteOrderMark.ts';

/** A problem without its place in files: the editor knows the line. */
export type CheckIssue = Omit<DatasetIssue, 'file' | 'line'>;

export interface LineIssue {
  issue: CheckIssue;
  /** A fact about the file rather than about the line: only the first line that has it tells it. */
  once: { code: IssueCode; subject: string } | null;
}

/** The record of a line, how many units stand before it, and whether a mark is among them. */
interface LineRecord {
  text: string;
  columnOffset: number;
  hasMark: boolean;
}

/** What the check of one line found. It depends on the line and the file's format alone, so it stays until one of them changes. */
export interface LineResult {
  issues: readonly LineIssue[];
  /** The hash of the row's text, in two unsigned halves; null when no row is kept. */
  hash: { low: number; high: number } | null;
}

/** Checks lines as `training prepare` does: by the same functions, in the same order. */
export class LineChecker {
  readonly format: DatasetFormat;
  readonly #convert: Converter;
  readonly #scanner = makeRowScanner();
  readonly #context = new OneLineContext();
  #issues: LineIssue[] = [];
  #columnOffset = 0;

  constructor(format: DatasetFormat) {
    this.format = format;
    this.#convert = makeConverter(format, noMapping, this.#context);
  }

  check(line: string): LineResult {
    this.#issues = [];
    const record = recordOf(line);
    const row = this.#read(record);
    const scan = row === null ? null : this.#scanner.scan(row, this.#report, record.text);
    if (scan === null && this.#issues.length === 0) return blank;
    return { issues: this.#issues.length === 0 ? none : this.#issues, hash: scan === null ? null : { low: scan.hashLow, high: scan.hashHigh } };
  }

  /** The row of a line that passed its check, for comparison with another. */
  row(line: string): DatasetRow | null {
    this.#issues = [];
    return this.#read(recordOf(line));
  }

  #read({ text, columnOffset, hasMark }: LineRecord): DatasetRow | null {
    this.#columnOffset = columnOffset;
    if (hasMark) {
      const { severity, fix } = fileIssueCodes.byte_order_mark;
      this.#issues.push({ issue: { code: 'byte_order_mark', severity, column: null, path: null, message: markMessage, fix }, once: null });
    }
    if (text === '') return null;
    const value = parseLine(text, this.#report);
    if (value === undefined) return null;
    this.#context.addOnce = this.#reportOnce;
    return this.#convert(value, this.#report);
  }

  readonly #report: Report = (issue) => {
    const column = issue.column === null ? null : issue.column + this.#columnOffset;
    this.#issues.push({ issue: { ...issue, column }, once: null });
  };

  readonly #reportOnce: RowContext['reportOnce'] = (code, subject, message, path) => {
    const isKnown = this.#issues.some(({ once }) => once?.code === code && once.subject === subject);
    if (!isKnown) this.#issues.push({ issue: rowIssue(code, message, { path }), once: { code, subject } });
  };
}

/** The record that stands in a line, as the reader of JSON Lines takes it: without blanks behind it and without a mark before it. */
export function recordOf(line: string): LineRecord {
  const text = line.replace(blanksBehind, '');
  if (!text.startsWith('\ufeff')) return { text, columnOffset: 0, hasMark: false };
  return { text: text.slice(1), columnOffset: 1, hasMark: true };
}

/** Passes facts about the file on as such; what was said in other lines is settled where lines come together. */
class OneLineContext implements RowContext {
  isRefused = false;
  addOnce: RowContext['reportOnce'] = () => undefined;
  #target: Report = () => undefined;

  readonly report: RowContext['report'] = (issue) => {
    if (issue.severity === 'error') this.isRefused = true;
    this.#target(issue);
  };

  readonly reportOnce: RowContext['reportOnce'] = (code, subject, message, path) => this.addOnce(code, subject, message, path);

  readonly begin: RowContext['begin'] = (report) => {
    this.#target = report;
    this.isRefused = false;
  };
}

const none: readonly LineIssue[] = [];
const blank: LineResult = { issues: none, hash: null };
const blanksBehind = /[ \t\r\n]+$/;
