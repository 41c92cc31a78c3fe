import type * as vscode from 'vscode';
import type { RunState } from '../../protocol/runs.ts';
import type { Backend } from '../client/backend.ts';
import type { Row } from './rows.ts';
import { checkpointItem, jobItem, queueItem, runItem, runTooltip } from './runItems.ts';
import { pageOf, pageSize, type Change, type Page, type TreeSource } from './tree.ts';

const activeStates: RunState[] = ['starting', 'running', 'stopping'];
const endedStates: RunState[] = ['completed', 'cancelled', 'failed', 'interrupted'];
/** More runs at once than devices: an upper bound, not a page. */
const mostActive = 200;
const mostQueued = 1000;

/** What runs, then the queue, then what ended, newest first. Below a run are its checkpoints. */
export class RunsSource implements TreeSource {
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(parent: Row | undefined, cursor: string | null): Promise<Page> {
    if (parent === undefined) return await this.#top(cursor);
    if (parent.kind === 'queue') return pageOf(await this.#queued(), cursor);
    if (parent.kind === 'run') return pageOf(await this.#checkpoints(parent.run.id), cursor);
    return { rows: [], next: null };
  }

  item(row: Row): vscode.TreeItem {
    switch (row.kind) {
      case 'queue':
        return queueItem(row);
      case 'job':
        return jobItem(row);
      case 'run':
        return runItem(row);
      case 'checkpoint':
        return checkpointItem(row);
      default:
        throw new Error(`no row of runs: ${row.kind}`);
    }
  }

  tooltip(row: Row): vscode.MarkdownString | undefined {
    return runTooltip(row);
  }

  affects({ topic, id }: Change): ReturnType<TreeSource['affects']> {
    if (topic === 'runs') return id === null ? 'all' : { key: `run ${id}` };
    return topic === 'queue' || topic === 'jobs' ? 'all' : 'nothing';
  }

  async reread(row: Row): Promise<Row | undefined> {
    if (row.kind !== 'run') return undefined;
    const { run } = await this.#backend.request('runs/status', { run: row.run.id });
    const isActive = activeStates.includes(run.state);
    return isActive === activeStates.includes(row.run.state) && run.state !== 'queued' ? { ...row, run } : undefined;
  }

  async #top(cursor: string | null): Promise<Page> {
    const ended = this.#backend.request('runs/list', { states: endedStates, limit: pageSize, cursor });
    if (cursor !== null) return toPage(await ended);
    const [active, queue, page] = await Promise.all([this.#backend.request('runs/list', { states: activeStates, limit: mostActive }), this.#backend.request('queue/list', {}), ended]);
    const waiting = queue.jobs.filter(({ status }) => status === 'queued').length;
    const queueRow: Row[] = waiting > 0 || queue.paused ? [{ kind: 'queue', key: 'queue', waiting, isPaused: queue.paused, isHealthy: queue.healthy }] : [];
    const { rows, next } = toPage(page);
    return { rows: [...toPage(active).rows, ...queueRow, ...rows], next };
  }

  async #queued(): Promise<Row[]> {
    const [{ jobs }, { runs }] = await Promise.all([this.#backend.request('queue/list', {}), this.#backend.request('runs/list', { states: ['queued'], limit: mostQueued })]);
    const byId = new Map<string, (typeof runs)[number]>(runs.map((run) => [run.id, run]));
    return jobs
      .filter(({ status }) => status === 'queued')
      .map((job) => ({ kind: 'job', key: `job ${job.id}`, job, run: job.runId === null ? null : (byId.get(job.runId) ?? null) }));
  }

  async #checkpoints(id: string): Promise<Row[]> {
    const { run, checkpoints } = await this.#backend.request('runs/status', { run: id });
    return checkpoints.map(({ name, step, reason }) => ({ kind: 'checkpoint', key: `checkpoint ${id} ${name}`, run, name, step, reason }));
  }
}

function toPage({ runs, nextCursor }: { runs: Extract<Row, { kind: 'run' }>['run'][]; nextCursor: string | null }): Page {
  return { rows: runs.map((run) => ({ kind: 'run', key: `run ${run.id}`, run })), next: nextCursor };
}
