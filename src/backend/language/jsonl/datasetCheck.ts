import type { Diagnostic } from 'vscode-languageserver/node';
import { assemble, type FoundIssue } from './assemble.ts';
import { diagnosticsOf, hintOf } from './diagnostics.ts';
import { LineChecker, type CheckIssue } from './lineChecker.ts';
import { LineDocument, type LineChange } from './lineDocument.ts';
import type { Span } from './locate.ts';
import { readAs, type ReadAs } from './readAs.ts';

/** What a step of the work says: nothing, how many lines are done, or problems to show. */
export type Step = { kind: 'lines'; done: number; total: number } | { kind: 'problems'; diagnostics: Diagnostic[]; isFinal: boolean };

/**
 * The check of one open file. `work` does what is to be done in steps of well under a millisecond, so that others can have
 * their turn between any two; a change makes it stale, and the next `work` goes on with what the change left.
 */
export class DatasetCheck {
  readonly document: LineDocument;
  readonly #linkOf: (code: string) => string;
  #reading: ReadAs | undefined;
  #checker: LineChecker | undefined;
  #found: readonly FoundIssue[] = [];
  #isCurrent = false;
  /** A result stands for one text, so that the place of a problem in it is looked for once. */
  readonly #spans = new WeakMap<CheckIssue, Span>();
  /** Lines that a person looks at, checked first. */
  #visible: { from: number; to: number }[] = [];

  constructor(document: LineDocument, linkOf: (code: string) => string) {
    this.document = document;
    this.#linkOf = linkOf;
  }

  get reading(): ReadAs | undefined {
    return this.#reading;
  }

  /** Settles how the file is read where that is open, and says it. */
  read(): ReadAs {
    return this.#settleFormat();
  }

  get checker(): LineChecker | undefined {
    return this.#checker;
  }

  /** What the last whole check found; empty before. */
  get found(): readonly FoundIssue[] {
    return this.#found;
  }

  /** Does at once what is left to be done, for an answer that needs all of it. */
  finish(): void {
    if (this.#isCurrent) return;
    const work = this.work(() => false);
    while (work.next().done !== true);
  }

  change(changes: readonly LineChange[], version: number): void {
    for (const change of changes) {
      const first = this.document.apply(change);
      if (this.#reading === undefined || this.#reading.kind === 'hint' || first < this.#reading.sampledLines) this.#reading = undefined;
    }
    this.document.version = version;
    this.#isCurrent = false;
  }

  show(ranges: { from: number; to: number }[]): void {
    this.#visible = [...ranges];
  }

  /** `isTimeToShow` is asked while lines are being checked: true brings the problems found so far. */
  *work(isTimeToShow: () => boolean): Generator<Step | undefined, void> {
    this.#settleFormat();
    yield undefined;
    const { document } = this;
    const checker = this.#checker;
    if (checker !== undefined) {
      let done = 0;
      for (const line of this.#openLines()) {
        document.results[line] = checker.check(document.lines[line] ?? '');
        done += 1;
        yield done % 1000 === 0 ? { kind: 'lines', done: document.firstOpen, total: document.lines.length } : undefined;
        if (isTimeToShow()) yield { kind: 'problems', diagnostics: this.#diagnostics(yield* this.#assembled(checker)), isFinal: false };
      }
      this.#found = yield* this.#assembled(checker);
    } else {
      this.#found = [];
    }
    this.#isCurrent = true;
    yield { kind: 'problems', diagnostics: this.#diagnostics(this.#found), isFinal: true };
  }

  #settleFormat(): ReadAs {
    if (this.#reading !== undefined) return this.#reading;
    this.#reading = readAs(this.document.lines);
    const format = this.#reading.kind === 'rows' ? this.#reading.format : undefined;
    if (this.#checker?.format !== format) {
      this.#checker = format === undefined ? undefined : new LineChecker(format);
      this.document.forget();
    }
    return this.#reading;
  }

  *#openLines(): Generator<number, void> {
    const { document } = this;
    for (; document.firstOpen < document.lines.length; document.firstOpen += 1) {
      yield* this.#visibleLines();
      if (document.results[document.firstOpen] === undefined) yield document.firstOpen;
    }
  }

  /** A person may scroll while the rest is checked. */
  *#visibleLines(): Generator<number, void> {
    const { document } = this;
    for (let range = this.#visible.pop(); range !== undefined; range = this.#visible.pop()) {
      for (let line = Math.max(0, range.from); line <= Math.min(range.to, document.lines.length - 1); line += 1) {
        if (document.results[line] === undefined) yield line;
      }
    }
  }

  *#assembled(checker: LineChecker): Generator<undefined, FoundIssue[]> {
    const parts = assemble(this.document, checker);
    for (;;) {
      const part = parts.next();
      if (part.done === true) return part.value;
      yield undefined;
    }
  }

  #diagnostics(found: readonly FoundIssue[]): Diagnostic[] {
    const init = { uri: this.document.uri, lines: this.document.lines, linkOf: this.#linkOf, spans: this.#spans };
    return this.#reading?.kind === 'hint' ? hintOf(this.#reading, init) : diagnosticsOf(found, init);
  }
}

/** Checks a whole text at once: what the editor shows once its work is done. */
export function checkText(text: string, linkOf: (code: string) => string = (code) => code): { check: DatasetCheck; diagnostics: Diagnostic[] } {
  const check = new DatasetCheck(new LineDocument('file:///text.jsonl', 1, text), linkOf);
  let diagnostics: Diagnostic[] = [];
  for (const step of check.work(() => false)) if (step?.kind === 'problems') diagnostics = step.diagnostics;
  return { check, diagnostics };
}
