import type { Connection, DidChangeTextDocumentParams, DidOpenTextDocumentParams } from 'vscode-languageserver/node';
import type { Slices } from '../slices.ts';
import { DatasetCheck } from './datasetCheck.ts';
import { LineDocument } from './lineDocument.ts';

/** After a change the lines are put together anew only when the typing pauses for so long. */
const pauseMs = 120;
const firstShownMs = 150;
const shownEveryMs = 400;

export interface DatasetFilesInit {
  connection: Connection;
  slices: Slices;
  linkOf: (code: string) => string;
  /** Long checks tell how far they are. */
  onProgress: (uri: string, progress: { done: number; total: number } | null) => void;
}

/** The open files of JSON Lines, each checked in the background. */
export class DatasetFiles {
  readonly #init: DatasetFilesInit;
  readonly #checks = new Map<string, DatasetCheck>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(init: DatasetFilesInit) {
    this.#init = init;
  }

  get(uri: string): DatasetCheck | undefined {
    return this.#checks.get(uri);
  }

  open({ textDocument: { uri, version, text } }: DidOpenTextDocumentParams): void {
    this.#checks.set(uri, new DatasetCheck(new LineDocument(uri, version, text), this.#init.linkOf));
    this.#start(uri);
  }

  change({ textDocument: { uri, version }, contentChanges }: DidChangeTextDocumentParams): void {
    const check = this.#checks.get(uri);
    if (check === undefined) return;
    this.#init.slices.drop(uri);
    check.change(contentChanges, version);
    clearTimeout(this.#timers.get(uri));
    this.#timers.set(uri, setTimeout(() => this.#start(uri), pauseMs));
  }

  show(uri: string, ranges: { from: number; to: number }[]): void {
    this.#checks.get(uri)?.show(ranges);
  }

  close(uri: string): void {
    if (!this.#checks.delete(uri)) return;
    clearTimeout(this.#timers.get(uri));
    this.#timers.delete(uri);
    this.#init.slices.drop(uri);
    this.#init.onProgress(uri, null);
    void this.#init.connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#checks.clear();
  }

  #start(uri: string): void {
    const check = this.#checks.get(uri);
    if (check !== undefined) this.#init.slices.put(uri, this.#work(uri, check));
  }

  *#work(uri: string, check: DatasetCheck): Generator<void, void> {
    const { connection, onProgress } = this.#init;
    let nextShown = performance.now() + firstShownMs;
    for (const step of check.work(() => performance.now() >= nextShown)) {
      if (step?.kind === 'lines') onProgress(uri, step);
      if (step?.kind === 'problems') {
        void connection.sendDiagnostics({ uri, version: check.document.version, diagnostics: step.diagnostics });
        nextShown = performance.now() + shownEveryMs;
        if (step.isFinal) onProgress(uri, null);
      }
      yield;
    }
  }
}
