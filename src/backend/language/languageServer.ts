import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Connection, WorkDoneProgressServerReporter } from 'vscode-languageserver/node';
import { TextDocumentSyncKind, type ServerCapabilities } from 'vscode-languageserver/node';
import { actionDataSchema, codeActionKinds, codeActions, editsOfAll } from './jsonl/fixes/codeActions.ts';
import { DatasetFiles } from './jsonl/datasetFiles.ts';
import { Slices } from './slices.ts';

export interface LanguageInit {
  connection: Connection;
  /** Where the documentation lies that codes link to. */
  docs: string;
  onBug: (about: string, error: unknown) => void;
}

/** Everything that the backend does for files that are open in the editor. Nothing here touches the database. */
export class LanguageServer {
  readonly #init: LanguageInit;
  readonly #slices: Slices;
  readonly #datasets: DatasetFiles;
  readonly #progress = new Map<string, WorkDoneProgressServerReporter>();
  readonly #asked = new Set<string>();

  constructor(init: LanguageInit) {
    this.#init = init;
    const issues = pathToFileURL(path.join(init.docs, 'issues.md')).href;
    this.#slices = new Slices((error) => init.onBug('a check of a file', error));
    this.#datasets = new DatasetFiles({
      connection: init.connection,
      slices: this.#slices,
      linkOf: (code) => `${issues}#${code}`,
      onProgress: (uri, progress) => this.#tellProgress(uri, progress),
    });
    this.#listen();
  }

  get capabilities(): ServerCapabilities {
    return {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      codeActionProvider: { codeActionKinds, resolveProvider: true },
    };
  }

  dispose(): void {
    this.#slices.dispose();
    this.#datasets.dispose();
  }

  #listen(): void {
    const { connection } = this.#init;
    connection.onDidOpenTextDocument((params) => {
      const { uri, languageId } = params.textDocument;
      // What lies in .training is our own and was checked when it was written.
      if (languageId === 'jsonl' && !uri.includes('/.training/')) this.#datasets.open(params);
    });
    connection.onDidChangeTextDocument((params) => this.#datasets.change(params));
    connection.onCodeAction(({ textDocument, range, context }) => {
      const check = this.#datasets.get(textDocument.uri);
      return check === undefined ? [] : codeActions(check, { range, context });
    });
    connection.onCodeActionResolve((action) => {
      const data = actionDataSchema.safeParse(action.data);
      const check = data.success ? this.#datasets.get(data.data.uri) : undefined;
      if (check === undefined || !data.success) return action;
      return { ...action, edit: { changes: { [data.data.uri]: editsOfAll(check, data.data.code) } } };
    });
    connection.onDidCloseTextDocument(({ textDocument }) => this.#datasets.close(textDocument.uri));
  }

  #tellProgress(uri: string, progress: { done: number; total: number } | null): void {
    if (progress === null) {
      this.#progress.get(uri)?.done();
      this.#progress.delete(uri);
      this.#asked.delete(uri);
      return;
    }
    const percent = Math.floor((100 * progress.done) / progress.total);
    this.#progress.get(uri)?.report(percent);
    if (progress.total < longFileLines || this.#asked.has(uri)) return;
    this.#asked.add(uri);
    this.#init.connection.window.createWorkDoneProgress().then(
      (reporter) => {
        // The check may have ended while the editor made its progress bar.
        if (!this.#asked.has(uri)) return;
        reporter.begin(`Checking ${path.basename(decodeURIComponent(uri))}`, percent);
        this.#progress.set(uri, reporter);
      },
      (error: unknown) => this.#init.onBug('a progress bar', error),
    );
  }
}

/** A check of fewer lines is over before anyone could read of it. */
const longFileLines = 20_000;
