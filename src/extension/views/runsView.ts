import * as vscode from 'vscode';
import type { Backend } from '../client/backend.ts';
import type { Log } from '../log.ts';
import type { Row } from './rows.ts';

const pageSize = 200;

/** The tree of runs, newest first. */
export class RunsView implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly #backend: Backend;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<Row | undefined>();
  readonly #subscription: vscode.Disposable;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor({ backend, log }: { backend: Backend; log: Log }) {
    this.#backend = backend;
    this.#log = log;
    this.#subscription = backend.onChanged(({ changes }) => {
      if (changes.some(({ topic }) => ['everything', 'runs', 'jobs', 'queue'].includes(topic))) this.refresh();
    });
  }

  refresh(): void {
    this.#changed.fire(undefined);
  }

  getTreeItem(row: Row): vscode.TreeItem {
    switch (row.kind) {
      case 'run': {
        const item = new vscode.TreeItem(row.run.dataset);
        item.id = row.run.id;
        item.description = row.run.state;
        item.contextValue = `run ${row.run.state}`;
        return item;
      }
      case 'more':
        return new vscode.TreeItem('Show more');
      case 'failed':
        return new vscode.TreeItem(row.message);
    }
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (row !== undefined) return [];
    try {
      const { runs } = await this.#backend.request('runs/list', { limit: pageSize });
      return runs.map((run) => ({ kind: 'run', run }));
    } catch (error) {
      this.#log.error('The runs could not be read.', error);
      return [{ kind: 'failed', message: error instanceof Error ? error.message : String(error) }];
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
