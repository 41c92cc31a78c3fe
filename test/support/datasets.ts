import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Datasets } from '../../src/backend/datasets/datasets.ts';
import { prepareOptionsSchema } from '../../src/backend/datasets/prepareOptions.ts';
import { workspaceAt, type Workspace } from '../../src/backend/platform/workspace.ts';
import { openStore, type Store } from '../../src/backend/store/db.ts';
import { openEmptyStore } from '../../src/backend/store/openWorkspace.ts';
import { datasetRowSchema, type DatasetRow, type Message, type PrepareResult } from '../../src/protocol/datasets.ts';

/** A workspace in a temporary folder, with files to import beside it. Dispose it. */
export class DatasetBench {
  readonly root = mkdtempSync(path.join(tmpdir(), 'training-camp-test-'));
  readonly workspace: Workspace = workspaceAt(path.join(this.root, 'workspace'));
  readonly datasets: Datasets;
  #store: Store | undefined;
  /** Read where nothing was made yet. */
  #empty: Store | undefined;

  constructor() {
    this.datasets = new Datasets({ workspace: this.workspace, openStore: () => this.store, presentStore: () => this.#store ?? (this.#empty ??= openEmptyStore()) });
  }

  get store(): Store {
    if (this.#store === undefined) {
      mkdirSync(this.workspace.training, { recursive: true });
      this.#store = openStore(this.workspace.database);
    }
    return this.#store;
  }

  /** Writes a file to import; answers its path. */
  file(name: string, content: string | Uint8Array): string {
    const file = path.join(this.root, 'input', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  prepare(paths: string | string[], options: Record<string, unknown> = {}, signal: AbortSignal = new AbortController().signal, onProgress: () => void = () => undefined): Promise<PrepareResult> {
    const input = prepareOptionsSchema.parse({ paths: Array.isArray(paths) ? paths : [paths], ...options });
    return this.datasets.prepare(input, { base: path.join(this.root, 'input'), signal, onProgress });
  }

  /** The rows of a prepared version, parsed by the schema. */
  rows(result: PrepareResult): DatasetRow[] {
    const folder = result.dataset?.path ?? '';
    return readFileSync(path.join(folder, 'rows.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => datasetRowSchema.parse(JSON.parse(line)));
  }

  dispose(): void {
    this.#store?.close();
    this.#empty?.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Lines of JSON. */
export function jsonLines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** The text of a turn; its parts as JSON. */
export function contentOf(message: Message | undefined): string {
  const content = message?.content ?? '';
  return typeof content === 'string' ? content : JSON.stringify(content);
}
