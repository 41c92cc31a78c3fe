import * as vscode from 'vscode';
import type { Backend } from '../client/backend.ts';
import type { Row } from './rows.ts';

export const queueMime = 'application/vnd.code.tree.trainingcamp.runs';

/** Queued runs change places by being dragged: onto another one takes its place, onto the queue goes to its end. */
export class QueueOrder implements vscode.TreeDragAndDropController<Row> {
  readonly dragMimeTypes = [queueMime];
  readonly dropMimeTypes = [queueMime];
  readonly #backend: Backend;
  readonly #onFailed: (error: unknown) => void;

  constructor({ backend, onFailed }: { backend: Backend; onFailed: (error: unknown) => void }) {
    this.#backend = backend;
    this.#onFailed = onFailed;
  }

  handleDrag(rows: readonly Row[], transfer: vscode.DataTransfer): void {
    const jobs = rows.flatMap((row) => (row.kind === 'job' ? [{ id: row.job.id, position: row.job.position ?? 0 }] : []));
    if (jobs.length > 0) transfer.set(queueMime, new vscode.DataTransferItem(jobs.sort((left, right) => left.position - right.position)));
  }

  async handleDrop(target: Row | undefined, transfer: vscode.DataTransfer): Promise<void> {
    const jobs = parseJobs(transfer.get(queueMime)?.value);
    const to = target?.kind === 'job' ? target.job.position : target?.kind === 'queue' ? target.waiting : null;
    if (to === null) return;
    try {
      // Those that come from above leave their places before the target: they end up in order either way.
      const fromAbove = jobs.filter(({ position }) => position < to).reverse();
      const fromBelow = jobs.filter(({ position }) => position > to);
      for (const [index, { id }] of fromAbove.entries()) await this.#backend.request('queue/move', { job: id, to: to - index });
      for (const [index, { id }] of fromBelow.entries()) await this.#backend.request('queue/move', { job: id, to: to + index });
    } catch (error) {
      this.#onFailed(error);
    }
  }
}

function parseJobs(value: unknown): { id: string; position: number }[] {
  if (!Array.isArray(value)) return [];
  const items: unknown[] = value;
  return items.flatMap((item) =>
    typeof item === 'object' && item !== null && 'id' in item && 'position' in item && typeof item.id === 'string' && typeof item.position === 'number' ? [{ id: item.id, position: item.position }] : [],
  );
}
