import * as vscode from 'vscode';
import { noteFolders, noteWalkthroughShown } from '../views/milestones.ts';

/**
 * Tells when the walkthrough is on the screen. VS Code knows of its steps from then on only, and takes none for done whose
 * context key was set before: the keys of the steps wait for it.
 */
export class WalkthroughWatch implements vscode.Disposable {
  readonly #folder: vscode.Uri;
  readonly #subscription: vscode.Disposable;

  constructor(folder: vscode.Uri) {
    this.#folder = folder;
    this.#subscription = vscode.window.tabGroups.onDidChangeTabs(() => this.#look());
    this.#look();
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** The page of walkthroughs is no editor of a file; its tab has no more than its name. The command that opens it needs no look. */
  #look(): void {
    const isShown = [...vscode.window.tabGroups.all].some(({ activeTab }) => activeTab !== undefined && activeTab.input === undefined && /^(Welcome|Walkthrough)\b/.test(activeTab.label));
    if (isShown) this.note();
  }

  note(): void {
    noteFolders(this.#folder);
    noteWalkthroughShown();
    this.#subscription.dispose();
  }
}
