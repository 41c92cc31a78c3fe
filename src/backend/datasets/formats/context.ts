import type { Json } from '../../../protocol/json.ts';
import { rowIssue, type IssueCode, type Report, type RowIssue } from './issues.ts';

/** What converting a row needs besides the row: where problems go, and what was said about this file already. */
export interface RowContext {
  /** True once the row has an error: it will be left out. */
  isRefused: boolean;
  report: (issue: RowIssue) => void;
  /** Reports a fact about the file, not about the row: only the first time that `subject` comes up. */
  reportOnce: (code: IssueCode, subject: string, message: string, path: string) => void;
  /** Starts the next row. */
  begin: (report: Report) => void;
}

/** What was said about a file already: each fact once. */
export class SaidOnce {
  readonly #said = new Set<string>();

  /** True the first time that a subject comes up; a file with endless different column names must not fill the memory. */
  isNew(code: IssueCode, subject: string): boolean {
    const key = `${code} ${subject}`;
    if (this.#said.has(key) || this.#said.size >= maxSubjects) return false;
    this.#said.add(key);
    return true;
  }
}

export function makeRowContext(): RowContext {
  const said = new SaidOnce();
  let target: Report = () => undefined;
  const context: RowContext = {
    isRefused: false,
    report: (issue) => {
      if (issue.severity === 'error') context.isRefused = true;
      target(issue);
    },
    reportOnce: (code, subject, message, path) => {
      if (said.isNew(code, subject)) context.report(rowIssue(code, message, { path }));
    },
    begin: (report) => {
      target = report;
      context.isRefused = false;
    },
  };
  return context;
}

/** What a value is, in words, for messages. */
export function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return 'a text';
  return `a ${typeof value}`;
}

/** A name from a file, short enough for a message. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}

const maxSubjects = 1000;
