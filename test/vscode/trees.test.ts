import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { App } from '../../src/extension/app.ts';
import type { Row } from '../../src/extension/views/rows.ts';
import { Tree, pageOf, type TreeSource } from '../../src/extension/views/tree.ts';
import { makeItem } from '../../src/extension/views/treeItems.ts';
import { until } from '../support/until.ts';
import { rowsOf, shown, windowApp, writeWorkspaceFile } from './window.ts';

const rows = Array.from({ length: 60 }, (_, index) => JSON.stringify({ prompt: `question ${String(index)}`, completion: `answer ${String(index * 7)}` })).join('\n');

/** A workspace with a dataset and a paused queue of three runs, made through the backend as a person would. */
async function fill(app: App): Promise<string[]> {
  const file = await writeWorkspaceFile('tickets.jsonl', rows);
  await app.backend.request('datasets/prepare', { paths: [file], name: 'tickets' });
  await app.backend.request('queue/pause', {});
  const runs: string[] = [];
  for (const priority of ['normal', 'normal', 'low'] as const) {
    const { runId } = await app.backend.request('runs/start', { dataset: 'tickets', priority, set: [{ key: 'epochs', value: 1 }] });
    assert.ok(runId);
    runs.push(runId);
  }
  return runs;
}

describe('trees', function () {
  // The weights of the base model are hashed once.
  this.timeout(120_000);
  let app: App;
  let runs: string[] = [];

  before(async () => {
    app = await windowApp();
    runs = await fill(app);
    await vscode.commands.executeCommand('trainingCamp.runs.focus');
  });

  it('show a dataset with its figures, and its splits below it', async () => {
    const dataset = (await rowsOf(app.views.datasets, 'dataset')).find((row) => row.dataset.name === 'tickets');
    assert.ok(dataset);
    const { label, description, context, spoken } = shown(app.views.datasets, dataset);
    assert.equal(label, 'tickets');
    assert.match(description, /^60 rows · [\d.k]+ tokens · quality \d/);
    assert.equal(context, 'dataset prompt_completion');
    assert.match(spoken, /^Dataset tickets, 60 rows, /);
    const splits = await rowsOf(app.views.datasets, 'split', dataset);
    assert.deepEqual(splits.map(({ split }) => split), ['train', 'validation', 'test']);
    assert.equal(splits.reduce((sum, one) => sum + one.rows, 0), 60);
  });

  it('show the queue with its state, and what waits in its order', async () => {
    const [queue] = await rowsOf(app.views.runs, 'queue');
    assert.ok(queue);
    assert.equal(shown(app.views.runs, queue).description, 'paused · 3 wait');
    assert.equal(shown(app.views.runs, queue).context, 'queue paused');
    const jobs = await rowsOf(app.views.runs, 'job', queue);
    assert.deepEqual(jobs.map(({ job }) => job.runId), runs);
    const [, , last] = jobs;
    assert.ok(last);
    assert.match(shown(app.views.runs, last).description, /^3\. .* · low priority$/);
  });

  it('let a queued run be dragged to another place', async () => {
    const [queue] = await rowsOf(app.views.runs, 'queue');
    assert.ok(queue);
    const jobs = await rowsOf(app.views.runs, 'job', queue);
    const [first, , third] = jobs;
    assert.ok(first !== undefined && third !== undefined);
    const transfer = new vscode.DataTransfer();
    app.views.queueOrder.handleDrag([third], transfer);
    await app.views.queueOrder.handleDrop(first, transfer);
    const after = await rowsOf(app.views.runs, 'job', queue);
    assert.deepEqual(after.map(({ job }) => job.runId), [runs[2], runs[0], runs[1]]);
  });

  it('keep several dragged runs in their order', async () => {
    const [queue] = await rowsOf(app.views.runs, 'queue');
    assert.ok(queue);
    const [first, second] = await rowsOf(app.views.runs, 'job', queue);
    assert.ok(first !== undefined && second !== undefined);
    const transfer = new vscode.DataTransfer();
    app.views.queueOrder.handleDrag([second, first], transfer);
    await app.views.queueOrder.handleDrop(queue, transfer);
    const after = await rowsOf(app.views.runs, 'job', queue);
    assert.deepEqual(after.map(({ job }) => job.runId), [runs[1], runs[2], runs[0]]);
  });

  it('follow what changes, and keep a row that stays the same object', async () => {
    const [queue] = await rowsOf(app.views.runs, 'queue');
    assert.ok(queue);
    const refreshed = new Promise<void>((resolve) => {
      const subscription = app.views.runs.onDidChangeTreeData(() => {
        subscription.dispose();
        resolve();
      });
    });
    const [job] = await rowsOf(app.views.runs, 'job', queue);
    assert.ok(job);
    await vscode.commands.executeCommand('trainingCamp.queue.cancel', job);
    await refreshed;
    const [again] = await rowsOf(app.views.runs, 'queue');
    assert.equal(again, queue);
    assert.equal(queue.waiting, 2);
    const cancelled = (await rowsOf(app.views.runs, 'run')).filter(({ run }) => run.dataset === 'tickets');
    assert.deepEqual(cancelled.map(({ run }) => [run.id, run.state]), [[job.job.runId, 'cancelled']]);
  });

  it('say so where the queue goes on', async () => {
    for (const run of runs) await app.backend.request('runs/stop', { run, discard: true }).catch(() => undefined);
    await vscode.commands.executeCommand('trainingCamp.queue.resume');
    await until('no row of the queue', async () => (await rowsOf(app.views.runs, 'queue')).length === 0);
  });
});

describe('a tree of many rows', () => {
  const all: Row[] = Array.from({ length: 450 }, (_, index) => ({ kind: 'failed', key: `row ${String(index)}`, message: `row ${String(index)}`, hint: null }));
  const source: TreeSource = {
    load: async (parent, cursor) => await Promise.resolve(parent === undefined ? pageOf(all, cursor) : { rows: [], next: null }),
    item: (row) => makeItem({ key: row.key, label: row.key, icon: 'circle', contextValue: row.kind, spoken: row.key }),
    tooltip: () => undefined,
    affects: () => 'all',
    reread: async () => await Promise.resolve(undefined),
  };

  it('shows two hundred and a row for more, until all are there', async () => {
    const { backend, log } = await windowApp();
    const tree = new Tree({ source, backend, log, hasData: () => true, onRead: () => undefined });
    const counts: number[] = [];
    for (let page = 0; page < 3; page += 1) {
      const shownRows = await tree.getChildren();
      counts.push(shownRows.length);
      const last = shownRows.at(-1);
      if (last?.kind === 'more') tree.showMore(last);
    }
    assert.deepEqual(counts, [201, 401, 450]);
    tree.dispose();
  });
});
