import * as vscode from 'vscode';
import type { Backend } from '../client/backend.ts';
import { views as entries } from '../contributions/views.ts';
import type { Log } from '../log.ts';
import { RunsView } from './runsView.ts';

/** The trees of the activity-bar container. */
export interface Views {
  readonly runs: RunsView;
  dispose(): void;
}

export function registerViews(init: { backend: Backend; log: Log }): Views {
  const runs = new RunsView(init);
  const tree = vscode.window.createTreeView('trainingCamp.runs', { treeDataProvider: runs, showCollapseAll: true });
  return {
    runs,
    dispose: () => {
      tree.dispose();
      runs.dispose();
    },
  };
}

/** Trees without a row, so that their welcome is shown. */
export function registerEmptyViews(): vscode.Disposable {
  const nothing: vscode.TreeDataProvider<never> = { getChildren: () => [], getTreeItem: (row) => row };
  return vscode.Disposable.from(...entries.map(({ id }) => vscode.window.registerTreeDataProvider(id, nothing)));
}
