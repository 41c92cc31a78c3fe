import * as vscode from 'vscode';

const scheme = 'training-camp';

/**
 * Texts that are shown in an editor and belong to no file: answers of models, reports. Read-only, and gone when they
 * are closed.
 */
export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: vscode.Disposable[];
  #made = 0;
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === scheme) this.#texts.delete(uri.toString());
      }),
    ];
  }

  /** Opens an editor. `title` names its tab and ends in an extension that says the language. */
  async show(title: string, text: string): Promise<ShownDocument> {
    this.#made += 1;
    const uri = vscode.Uri.from({ scheme, path: `/${String(this.#made)}/${title.replaceAll(/[/\\?#%]/g, ' ')}` });
    this.#texts.set(uri.toString(), text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: false });
    return {
      uri,
      isOpen: () => this.#texts.has(uri.toString()),
      update: (newText) => {
        if (!this.#texts.has(uri.toString())) return;
        this.#texts.set(uri.toString(), newText);
        this.#changed.fire(uri);
      },
    };
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? 'This text was not kept over the reload of the window.\n';
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}

export interface ShownDocument {
  readonly uri: vscode.Uri;
  /** False when it was closed. */
  readonly isOpen: () => boolean;
  readonly update: (text: string) => void;
}
