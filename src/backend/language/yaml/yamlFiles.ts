import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CodeActionKind, DiagnosticSeverity, type CodeAction, type CodeActionParams, type CodeLens, type CompletionItem, type Connection, type Diagnostic, type Hover, type Location, type Position } from 'vscode-languageserver/node';
import { TextDocument, type TextDocumentContentChangeEvent } from 'vscode-languageserver-textdocument';
import { z } from 'zod';
import type { Workspace } from '../../platform/workspace.ts';
import { shown } from '../shown.ts';
import { checkYaml, type YamlProblem } from './checkYaml.ts';
import { complete } from './complete.ts';
import { hover } from './hover.ts';
import { kindOf, type FileKind } from './kinds.ts';
import { referenceAt, targetOf } from './references.ts';
import { yamlIssueCodes } from './yamlIssues.ts';
import { YamlText } from './yamlText.ts';

export interface YamlFilesInit {
  connection: Connection;
  workspace: () => Workspace;
  env: NodeJS.ProcessEnv;
  linkOf: (code: string) => string;
}

interface OpenFile {
  document: TextDocument;
  kind: FileKind;
  file: string;
}

const replacementSchema = z.object({ replacement: z.string() });
const pauseMs = 150;
/** Files of CodeAgents are written by hand; what is longer is none of them. */
const longestUnits = 1_000_000;

/** The open files of CodeAgents that have a schema. */
export class YamlFiles {
  readonly #init: YamlFilesInit;
  readonly #files = new Map<string, OpenFile>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(init: YamlFilesInit) {
    this.#init = init;
  }

  open(document: TextDocument): void {
    if (!document.uri.startsWith('file:')) return;
    const file = fileURLToPath(document.uri);
    const kind = kindOf(path.relative(this.#init.workspace().root, file).split(path.sep).join('/'));
    if (kind === null) return;
    this.#files.set(document.uri, { document, kind, file });
    this.#check(document.uri);
  }

  change(uri: string, changes: TextDocumentContentChangeEvent[], version: number): void {
    const open = this.#files.get(uri);
    if (open === undefined) return;
    open.document = TextDocument.update(open.document, changes, version);
    clearTimeout(this.#timers.get(uri));
    this.#timers.set(uri, setTimeout(() => this.#check(uri), pauseMs));
  }

  /** A file that another names may have come or gone. */
  checkAll(): void {
    for (const uri of this.#files.keys()) this.#check(uri);
  }

  close(uri: string): void {
    if (!this.#files.delete(uri)) return;
    clearTimeout(this.#timers.get(uri));
    void this.#init.connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#files.clear();
  }

  complete(uri: string, position: Position): CompletionItem[] {
    const open = this.#files.get(uri);
    // Settings in JSON are completed by the editor's own JSON support, from the same schema.
    return open === undefined || open.kind.name === 'config' ? [] : complete(open.document.getText(), position, open.kind, this.#init.workspace());
  }

  hover(uri: string, position: Position): Hover | null {
    const open = this.#files.get(uri);
    if (open === undefined) return null;
    return hover(new YamlText(open.document.getText()), open.document.offsetAt(position), open.kind, { workspace: this.#init.workspace(), env: this.#init.env });
  }

  define(uri: string, position: Position): Location | null {
    const open = this.#files.get(uri);
    if (open === undefined) return null;
    const pointed = new YamlText(open.document.getText()).pointed(open.document.offsetAt(position));
    const place = { workspace: this.#init.workspace(), file: open.file };
    const reference = pointed === null ? null : referenceAt(open.kind.name, pointed.path, pointed.value, place);
    const target = reference === null ? null : targetOf(reference, place.workspace);
    return target === null ? null : { uri: pathToFileURL(target).href, range: start };
  }

  /** What stands over a file: an agent can be asked. */
  lenses(uri: string): CodeLens[] {
    const open = this.#files.get(uri);
    return open?.kind.name === 'agent' ? [{ range: start, command: { title: '$(comment-discussion) Ask', command: 'trainingCamp.files.ask', arguments: [uri] } }] : [];
  }

  actions({ textDocument: { uri }, context }: CodeActionParams): CodeAction[] {
    if (!this.#files.has(uri)) return [];
    return context.diagnostics.flatMap((diagnostic) => {
      const data = replacementSchema.safeParse(diagnostic.data);
      if (!data.success) return [];
      const { replacement } = data.data;
      return [{ title: `Write “${shown(replacement)}”`, kind: CodeActionKind.QuickFix, isPreferred: true, diagnostics: [diagnostic], edit: { changes: { [uri]: [{ range: diagnostic.range, newText: replacement }] } } }];
    });
  }

  #check(uri: string): void {
    const open = this.#files.get(uri);
    if (open === undefined || open.kind.name === 'config') return;
    const text = open.document.getText();
    const problems = text.length > longestUnits ? [] : checkYaml(new YamlText(text), open.kind, { workspace: this.#init.workspace(), file: open.file });
    void this.#init.connection.sendDiagnostics({ uri, version: open.document.version, diagnostics: problems.map((one) => this.#diagnostic(one)) });
  }

  #diagnostic({ code, range, message, replacement }: YamlProblem): Diagnostic {
    return {
      range,
      severity: yamlIssueCodes[code].severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
      code,
      codeDescription: { href: this.#init.linkOf(code) },
      source: 'Training Camp',
      message: shown(message),
      ...(replacement === null ? {} : { data: { replacement } }),
    };
  }
}

const start = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
