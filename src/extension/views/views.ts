import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Backend } from '../client/backend.ts';
import { views as entries } from '../contributions/views.ts';
import type { Log } from '../log.ts';
import { AdaptersSource } from './adaptersSource.ts';
import { DatasetsSource } from './datasetsSource.ts';
import { QueueOrder } from './queueOrder.ts';
import type { Row } from './rows.ts';
import { RunsSource } from './runsSource.ts';
import { noteRows } from './milestones.ts';
import { SessionsSource } from './sessionsSource.ts';
import { Tree, type TreeSource } from './tree.ts';

/** The trees of the activity-bar container. */
export interface Views {
  readonly runs: Tree;
  readonly datasets: Tree;
  readonly adapters: Tree;
  readonly sessions: Tree;
  /** Drags and drops in the queue. */
  readonly queueOrder: QueueOrder;
  /** Brings the next page below a “Show more” row. */
  readonly showMore: (row: unknown) => void;
  /** A view that shows the workspace’s data can be seen now. */
  readonly isAnyVisible: () => boolean;
  readonly onDidChangeVisibility: vscode.Event<void>;
  dispose(): void;
}

export function registerViews({ backend, log, onFailed }: { backend: Backend; log: Log; onFailed: (error: unknown) => void }): Views {
  const hasData = () => backend.hasStarted || hasState(backend.folder);
  const visibility = new vscode.EventEmitter<void>();
  const queueOrder = new QueueOrder({ backend, onFailed });
  const shown: vscode.TreeView<Row>[] = [];
  const disposables: { dispose(): unknown }[] = [visibility];
  const add = (id: string, source: TreeSource, options: Partial<vscode.TreeViewOptions<Row>> = {}): Tree => {
    const tree = new Tree({ source, backend, log, hasData, onRead: noteRows });
    const view = vscode.window.createTreeView(id, { treeDataProvider: tree, showCollapseAll: true, ...options });
    tree.setVisible(view.visible);
    shown.push(view);
    disposables.push(tree, view, view.onDidChangeVisibility(({ visible }) => {
      tree.setVisible(visible);
      visibility.fire();
    }));
    return tree;
  };
  const runs = add('trainingCamp.runs', new RunsSource(backend), { canSelectMany: true, dragAndDropController: queueOrder });
  const datasets = add('trainingCamp.datasets', new DatasetsSource(backend));
  const adapters = add('trainingCamp.adapters', new AdaptersSource(backend));
  const sessions = add('trainingCamp.sessions', new SessionsSource(backend));
  const trees = [runs, datasets, adapters, sessions];
  disposables.push(registerEmptyViews(['trainingCamp.agents', 'trainingCamp.reports']));
  // The command line may make the first data while nothing of ours runs in this window.
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(backend.folder, '.training/training.db'), false, true, true);
  disposables.push(watcher, watcher.onDidCreate(() => {
    for (const tree of trees) tree.refresh();
  }));
  return {
    runs,
    datasets,
    adapters,
    sessions,
    queueOrder,
    showMore: (row) => {
      for (const tree of trees) tree.showMore(row);
    },
    isAnyVisible: () => shown.some(({ visible }) => visible),
    onDidChangeVisibility: visibility.event,
    dispose: () => {
      for (const one of disposables) one.dispose();
    },
  };
}

/** True where the folder has something to show. Only then does a view that is looked at start the backend. */
export function hasState(folder: vscode.Uri): boolean {
  return existsSync(path.join(folder.fsPath, '.training'));
}

/** Trees without a row, so that their welcome is shown. */
export function registerEmptyViews(ids: readonly string[] = entries.map(({ id }) => id)): vscode.Disposable {
  const nothing: vscode.TreeDataProvider<never> = { getChildren: () => [], getTreeItem: (row) => row };
  return vscode.Disposable.from(...ids.map((id) => vscode.window.registerTreeDataProvider(id, nothing)));
}
