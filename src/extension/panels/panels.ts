import * as vscode from 'vscode';
import type { Backend } from '../client/backend.ts';
import type { Log } from '../log.ts';
import { panelKinds, type PanelKind } from '../../protocol/panelKinds.ts';
import { Panel } from './panel.ts';

export interface PanelsInit {
  backend: Backend;
  log: Log;
  extensionUri: vscode.Uri;
}

/** The open panels: one for each thing that is shown, found again after a reload of the window. */
export class Panels implements vscode.Disposable {
  readonly #init: PanelsInit;
  readonly #open = new Map<string, Panel>();
  readonly #serializers: vscode.Disposable[];

  constructor(init: PanelsInit) {
    this.#init = init;
    this.#serializers = Object.keys(panelKinds).map((name) => {
      const kind = name as PanelKind;
      return vscode.window.registerWebviewPanelSerializer(viewType(kind), {
        deserializeWebviewPanel: async (panel, state: unknown) => {
          const subject = typeof state === 'object' && state !== null && 'subject' in state && typeof state.subject === 'string' ? state.subject : undefined;
          if (subject === undefined) panel.dispose();
          else this.#adopt(kind, subject, { panel, page: null });
        },
      });
    });
  }

  /** Shows a panel for a run, a dataset …, or a part of it; one that is open is brought to the front. */
  open(kind: PanelKind, subject: string, page: string | null = null): void {
    const existing = this.#open.get(keyOf(kind, subject));
    if (existing !== undefined) {
      existing.reveal(page);
      return;
    }
    const panel = vscode.window.createWebviewPanel(viewType(kind), panelKinds[kind].title, vscode.ViewColumn.Active, webviewOptions(this.#init.extensionUri));
    this.#adopt(kind, subject, { panel, page });
  }

  /** Closes the panel of something that it is not about any more. */
  close(kind: PanelKind, subject: string): void {
    this.#open.get(keyOf(kind, subject))?.dispose();
  }

  /** A panel of this kind shows it, alone or with others. */
  shows(kind: PanelKind, subject: string): boolean {
    return [...this.#open.keys()].some((key) => key.startsWith(`${kind} `) && key.slice(kind.length + 1).split(',').includes(subject));
  }

  /** Open panels of a kind. */
  count(kind: PanelKind): number {
    return [...this.#open.keys()].filter((key) => key.startsWith(`${kind} `)).length;
  }

  dispose(): void {
    for (const panel of this.#open.values()) panel.dispose();
    for (const serializer of this.#serializers) serializer.dispose();
  }

  #adopt(kind: PanelKind, subject: string, { panel, page }: { panel: vscode.WebviewPanel; page: string | null }): void {
    const key = keyOf(kind, subject);
    panel.webview.options = webviewOptions(this.#init.extensionUri);
    this.#open.set(key, new Panel({ ...this.#init, kind, subject, panel, page, onDisposed: () => this.#open.delete(key) }));
  }
}

function viewType(kind: PanelKind): string {
  return `trainingCamp.${kind}`;
}

function keyOf(kind: PanelKind, subject: string): string {
  return `${kind} ${subject}`;
}

/** Not retained when hidden: a panel keeps a little state of its own and asks the backend for the rest. */
function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions & vscode.WebviewPanelOptions {
  return { enableScripts: true, enableForms: false, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist', 'webviews')] };
}
