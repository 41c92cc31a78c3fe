import * as vscode from 'vscode';
import { labelText } from '../inertText.ts';
import { factsTooltip } from '../views/treeItems.ts';
import type { Trouble } from './notifier.ts';
import type { WorkspaceStatus } from '../../protocol/runResults.ts';
import { statusText } from './statusText.ts';

/** What runs, at the bottom of the window; a warning where something needs a person; nothing while all is quiet. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('trainingCamp.status', vscode.StatusBarAlignment.Left, 10);
  #status: WorkspaceStatus | undefined;
  #trouble: Trouble | undefined;

  constructor() {
    this.#item.name = 'Training Camp';
  }

  /** What is shown now, for who can't see it; undefined while the item is hidden. */
  get text(): string | undefined {
    return this.#trouble !== undefined || (this.#status !== undefined && statusText(this.#status) !== null) ? this.#item.text : undefined;
  }

  setStatus(status: WorkspaceStatus): void {
    this.#status = status;
    this.#show();
  }

  /** Shown until it is over or was looked at. */
  setTrouble(trouble: Trouble | undefined): void {
    this.#trouble = trouble;
    this.#show();
  }

  dispose(): void {
    this.#item.dispose();
  }

  #show(): void {
    const item = this.#item;
    if (this.#trouble !== undefined) {
      const { short, text, repairs } = this.#trouble;
      item.text = `$(warning) ${labelText(short)}`;
      item.tooltip = factsTooltip(short, [['What happened', text]]);
      item.accessibilityInformation = { label: `Training Camp needs you: ${short}` };
      item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
      const [first] = repairs;
      item.command = { command: 'trainingCamp.lookAtTrouble', title: first?.title ?? 'Show', arguments: [] };
      item.show();
      return;
    }
    const shown = this.#status === undefined ? null : statusText(this.#status);
    if (shown === null) {
      item.hide();
      return;
    }
    item.text = shown.text;
    item.tooltip = factsTooltip(shown.tooltip.title, shown.tooltip.facts);
    item.accessibilityInformation = { label: shown.spoken };
    item.backgroundColor = undefined;
    item.command = shown.runId === null ? { command: 'trainingCamp.runs.focus', title: 'Show Runs' } : { command: 'trainingCamp.runs.open', title: 'Follow Run', arguments: [shown.runId] };
    item.show();
  }
}
