import * as vscode from 'vscode';
import type { Backend } from '../client/backend.ts';
import { BackendError } from '../client/backendError.ts';
import type { Log } from '../log.ts';
import type { Row } from './rows.ts';
import { makeItem } from './treeItems.ts';

/** Children of a row that are shown at once; “Show more” brings as many again. */
export const pageSize = 200;
/** Rows follow what changes at most twice a second. */
const followMs = 500;
/** More single rows than this are read as one list. */
const mostSingleRows = 20;

export interface Page {
  rows: Row[];
  /** Where the next page begins; null at the end. */
  next: string | null;
}

export interface Change {
  topic: string;
  id: string | null;
}

/** What a tree shows: it reads rows, and says what they look like. */
export interface TreeSource {
  /** A page of the rows below `parent`; undefined is the root. */
  load(parent: Row | undefined, cursor: string | null): Promise<Page>;
  item(row: Row): vscode.TreeItem;
  /** Made when the pointer rests on a row. */
  tooltip(row: Row): vscode.MarkdownString | undefined;
  /** What a change means: nothing, all rows anew, or one row, which `reread` reads. */
  affects(change: Change): 'nothing' | 'all' | { key: string };
  /** A row as it is now; undefined where its place changed, so that all rows are read anew. */
  reread(row: Row): Promise<Row | undefined>;
}

export interface TreeInit {
  source: TreeSource;
  backend: Backend;
  log: Log;
  /** Whether there is anything to read: false starts no backend. */
  hasData: () => boolean;
  /** Told the rows at the top whenever they were read. */
  onRead: (rows: readonly Row[]) => void;
}

interface Branch {
  rows: Map<string, Row>;
  next: string | null;
  pages: number;
  /** “Show more” was pressed: the next read adds a page to what is shown. */
  isGrowing: boolean;
}

/**
 * A tree of the container: pages of children, single rows read anew where a change names one, and rows that keep their
 * identity, so that selection and what is expanded stay.
 */
export class Tree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly #init: TreeInit;
  readonly #changed = new vscode.EventEmitter<Row | undefined>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #branches = new Map<string, Branch>();
  /** The “Show more” row below each parent that has one. */
  readonly #more = new Map<string, Row>();
  readonly #pending = new Set<string>();
  #isPendingWhole = false;
  #isVisible = false;
  #timer: NodeJS.Timeout | undefined;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(init: TreeInit) {
    this.#init = init;
    this.#subscriptions = [init.backend.onChanged(({ changes }) => this.#note(changes))];
  }

  /** Reads all rows anew. */
  refresh(): void {
    this.#changed.fire(undefined);
  }

  /** A hidden tree reads nothing; shown again, it follows up. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    if (isVisible) this.#follow();
  }

  /** Brings the next page of the rows that `more` stands below; the row of another tree does nothing. */
  showMore(more: unknown): void {
    const parent = [...this.#branches.keys()].find((key) => this.#more.get(key) === more);
    const branch = parent === undefined ? undefined : this.#branches.get(parent);
    if (parent === undefined || branch === undefined) return;
    branch.pages += 1;
    branch.isGrowing = true;
    this.#changed.fire(parent === '' ? undefined : this.#find(parent));
  }

  getTreeItem(row: Row): vscode.TreeItem {
    switch (row.kind) {
      case 'more':
        return makeItem({ key: row.key, label: 'Show more', icon: 'ellipsis', contextValue: 'more', spoken: 'Show more rows', command: { command: 'trainingCamp.showMore', title: 'Show more', arguments: [row] } });
      case 'failed':
        return makeItem({ key: row.key, label: row.message, icon: 'error', color: 'list.errorForeground', contextValue: 'failed', spoken: `Failed: ${row.message} ${row.hint ?? ''}`, ...(row.hint === null ? {} : { description: row.hint }) });
      default:
        return this.#init.source.item(row);
    }
  }

  resolveTreeItem(item: vscode.TreeItem, row: Row): vscode.TreeItem {
    const tooltip = row.kind === 'failed' ? new vscode.MarkdownString().appendText(`${row.message}\n${row.hint ?? ''}`) : this.#init.source.tooltip(row);
    if (tooltip !== undefined) item.tooltip = tooltip;
    return item;
  }

  async getChildren(parent?: Row): Promise<Row[]> {
    if (!this.#init.hasData()) return [];
    try {
      return await this.#childrenOf(parent);
    } catch (error) {
      if (error instanceof vscode.CancellationError) return [];
      this.#init.log.error('The rows of a view could not be read.', error);
      const hint = error instanceof BackendError ? (error.document.hint ?? null) : null;
      return [{ kind: 'failed', key: `${parent?.key ?? ''}/failed`, message: error instanceof Error ? error.message : String(error), hint }];
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  async #childrenOf(parent: Row | undefined): Promise<Row[]> {
    const key = parent?.key ?? '';
    const known = this.#branches.get(key);
    const branch: Branch = { rows: new Map(), next: null, pages: known?.pages ?? 1, isGrowing: false };
    let hasPages = 0;
    if (known?.isGrowing === true) {
      branch.rows = known.rows;
      branch.next = known.next;
      hasPages = known.pages - 1;
    }
    while (hasPages < branch.pages && (hasPages === 0 || branch.next !== null)) {
      const page = await this.#init.source.load(parent, branch.next);
      for (const row of page.rows) branch.rows.set(row.key, keepIdentity(known?.rows.get(row.key), row));
      branch.next = page.next;
      hasPages += 1;
    }
    for (const old of known?.rows.keys() ?? []) if (!branch.rows.has(old)) this.#branches.delete(old);
    this.#branches.set(key, branch);
    const rows = [...branch.rows.values()];
    if (parent === undefined) this.#init.onRead(rows);
    if (branch.next === null) return rows;
    const more: Row = this.#more.get(key) ?? { kind: 'more', key: `${key}/more` };
    this.#more.set(key, more);
    return [...rows, more];
  }

  #find(key: string): Row | undefined {
    for (const { rows } of this.#branches.values()) {
      const row = rows.get(key);
      if (row !== undefined) return row;
    }
    return undefined;
  }

  #note(changes: readonly Change[]): void {
    for (const change of changes) {
      const affected = change.topic === 'everything' ? 'all' : this.#init.source.affects(change);
      if (affected === 'nothing') continue;
      if (affected === 'all') this.#isPendingWhole = true;
      else this.#pending.add(affected.key);
    }
    if (this.#pending.size > 0 || this.#isPendingWhole) this.#timer ??= setTimeout(() => this.#follow(), followMs);
  }

  #follow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isVisible) return;
    const keys = [...this.#pending];
    const isWhole = this.#isPendingWhole || keys.length > mostSingleRows || keys.some((key) => this.#find(key) === undefined);
    this.#pending.clear();
    this.#isPendingWhole = false;
    if (isWhole) this.refresh();
    else for (const key of keys) void this.#rereadRow(key);
  }

  /** Its own failure is shown by reading all rows anew. */
  async #rereadRow(key: string): Promise<void> {
    const row = this.#find(key);
    if (row === undefined) return;
    const fresh = await this.#init.source.reread(row).catch(() => undefined);
    if (fresh === undefined) {
      this.refresh();
      return;
    }
    this.#changed.fire(keepIdentity(row, fresh));
  }
}

/** VS Code knows a row by its object: what is new goes into the object that it has. */
function keepIdentity(old: Row | undefined, fresh: Row): Row {
  if (old?.kind !== fresh.kind) return fresh;
  return Object.assign(old, fresh);
}

/** A page of a list that is read whole. */
export function pageOf(rows: readonly Row[], cursor: string | null): Page {
  const from = cursor === null ? 0 : Number(cursor);
  const end = from + pageSize;
  return { rows: rows.slice(from, end), next: end < rows.length ? String(end) : null };
}
