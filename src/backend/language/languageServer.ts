import path from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Connection, WorkDoneProgressServerReporter } from 'vscode-languageserver/node';
import { TextDocumentSyncKind, type ServerCapabilities } from 'vscode-languageserver/node';
import { visibleLinesNotification, visibleLinesSchema } from '../../protocol/openFiles.ts';
import { actionDataSchema, codeActionKinds, codeActions, editsOfAll } from './jsonl/fixes/codeActions.ts';
import { DatasetFiles } from './jsonl/datasetFiles.ts';
import { datasetLenses } from './jsonl/lenses.ts';
import type { Workspace } from '../platform/workspace.ts';
import { issueLinks } from './issueLinks.ts';
import { Slices } from './slices.ts';
import { YamlFiles } from './yaml/yamlFiles.ts';

export interface LanguageInit {
  connection: Connection;
  /** Asked when a file comes: the window names its folder first. */
  workspace: () => Workspace;
  env: NodeJS.ProcessEnv;
  /** Where the documentation lies that codes link to. */
  docs: string;
  onBug: (about: string, error: unknown) => void;
}

/** Everything that the backend does for files that are open in the editor. Nothing here touches the database. */
export class LanguageServer {
  readonly #init: LanguageInit;
  readonly #slices: Slices;
  readonly #datasets: DatasetFiles;
  readonly #yaml: YamlFiles;
  readonly #progress = new Map<string, WorkDoneProgressServerReporter>();
  readonly #asked = new Set<string>();

  constructor(init: LanguageInit) {
    this.#init = init;
    this.#slices = new Slices((error) => init.onBug('a check of a file', error));
    const linkOf = issueLinks(path.join(init.docs, 'issues.md'));
    this.#yaml = new YamlFiles({ connection: init.connection, workspace: init.workspace, env: init.env, linkOf });
    this.#datasets = new DatasetFiles({
      connection: init.connection,
      slices: this.#slices,
      linkOf,
      onProgress: (uri, progress) => this.#tellProgress(uri, progress),
    });
    this.#listen();
  }

  get capabilities(): ServerCapabilities {
    return {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      codeActionProvider: { codeActionKinds, resolveProvider: true },
      codeLensProvider: { resolveProvider: false },
      completionProvider: { triggerCharacters: [' ', ':', '-'] },
      hoverProvider: true,
      definitionProvider: true,
    };
  }

  dispose(): void {
    this.#slices.dispose();
    this.#datasets.dispose();
    this.#yaml.dispose();
  }

  #listen(): void {
    const { connection } = this.#init;
    connection.onDidOpenTextDocument((params) => {
      const { uri, languageId, version, text } = params.textDocument;
      // What lies in .training is our own and was checked when it was written.
      if (uri.includes('/.training/')) return;
      if (languageId === 'jsonl') this.#datasets.open(params);
      else this.#yaml.open(TextDocument.create(uri, languageId, version, text));
    });
    connection.onDidChangeTextDocument((params) => {
      this.#datasets.change(params);
      this.#yaml.change(params.textDocument.uri, params.contentChanges, params.textDocument.version);
    });
    connection.onNotification(visibleLinesNotification, (raw: unknown) => {
      const seen = visibleLinesSchema.safeParse(raw);
      if (seen.success) this.#datasets.show(seen.data.uri, seen.data.ranges);
    });
    connection.onDidSaveTextDocument(() => this.#yaml.checkAll());
    connection.onCompletion(({ textDocument, position }) => this.#yaml.complete(textDocument.uri, position));
    connection.onHover(({ textDocument, position }) => this.#yaml.hover(textDocument.uri, position));
    connection.onDefinition(({ textDocument, position }) => this.#yaml.define(textDocument.uri, position));
    connection.onCodeLens(({ textDocument: { uri } }) => {
      const check = this.#datasets.get(uri);
      return check === undefined ? this.#yaml.lenses(uri) : datasetLenses(check);
    });
    connection.onCodeAction((params) => {
      const check = this.#datasets.get(params.textDocument.uri);
      return check === undefined ? this.#yaml.actions(params) : codeActions(check, params);
    });
    connection.onCodeActionResolve((action) => {
      const data = actionDataSchema.safeParse(action.data);
      const check = data.success ? this.#datasets.get(data.data.uri) : undefined;
      if (check === undefined || !data.success) return action;
      return { ...action, edit: { changes: { [data.data.uri]: editsOfAll(check, data.data.code) } } };
    });
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      this.#datasets.close(uri);
      this.#yaml.close(uri);
    });
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
