import * as vscode from 'vscode';
import type { App } from '../app.ts';
import type { AdapterSummary } from '../../protocol/adapters.ts';
import type { DatasetSummary } from '../../protocol/datasets.ts';
import type { RunState, RunSummary } from '../../protocol/runs.ts';
import { labelText } from '../inertText.ts';
import { idFrom } from '../views/rows.ts';
import { sessionText } from '../views/sessionTexts.ts';
import { adapterText, datasetText, jobText, runText } from '../views/texts.ts';

// What a command works on: the row or the id that it was called for; without one a person chooses.

/** Throws `vscode.CancellationError` where nothing is chosen. */
export async function pickRun(app: App, from: unknown, options: { title?: string; states?: RunState[] } = {}): Promise<string> {
  const given = idFrom(from, 'run');
  if (given !== undefined) return given;
  const { runs } = await app.backend.request('runs/list', { states: options.states ?? [] });
  return await pickOne({ title: options.title ?? 'Run', items: runs.map(runItem), nothing: 'There is no such run.' });
}

export async function pickRuns(app: App, title: string): Promise<string[]> {
  const { runs } = await app.backend.request('runs/list', {});
  const picked = await vscode.window.showQuickPick(runs.map(runItem), { title, placeHolder: 'Choose two or more', matchOnDetail: true, canPickMany: true });
  if (picked === undefined || picked.length === 0) throw new vscode.CancellationError();
  return picked.map(({ id }) => id);
}

export async function pickJob(app: App, from: unknown, title: string): Promise<string> {
  const given = idFrom(from, 'job');
  if (given !== undefined) return given;
  const [{ jobs }, { runs }] = await Promise.all([app.backend.request('queue/list', {}), app.backend.request('runs/list', { states: ['queued'], limit: 1000 })]);
  const items = jobs
    .filter(({ status }) => status === 'queued')
    .map((job) => {
      const run = runs.find(({ id }) => id === job.runId) ?? null;
      return { label: labelText(run?.dataset ?? job.id), description: labelText(jobText(job, run)), detail: job.id, id: job.id };
    });
  return await pickOne({ title, items, nothing: 'Nothing waits in the queue.' });
}

export async function pickDataset(app: App, from: unknown, title = 'Dataset'): Promise<string> {
  const given = idFrom(from, 'dataset');
  if (given !== undefined) return given;
  const { datasets } = await app.backend.request('datasets/list', {});
  return await pickOne({ title, items: datasets.map(datasetItem), nothing: 'There is no dataset yet. Training: Prepare Dataset makes one.' });
}

/** Also takes a run’s row: the adapter that it left. */
export async function pickAdapter(app: App, from: unknown, title: string): Promise<string> {
  const given = idFrom(from, 'adapter') ?? idFrom(from, 'run');
  if (given !== undefined) return given;
  const { adapters } = await app.backend.request('adapters/list', {});
  return await pickOne({ title, items: adapters.map(adapterItem), nothing: 'There is no adapter yet. A completed run leaves one.' });
}

export async function pickSession(app: App, from: unknown, title: string): Promise<string> {
  const given = idFrom(from, 'session');
  if (given !== undefined) return given;
  const { sessions } = await app.backend.request('sessions/list', {});
  const items = sessions.map((session) => ({ label: labelText(session.name), description: labelText(sessionText(session)), detail: session.id, id: session.id }));
  return await pickOne({ title, items, nothing: 'There is no session yet. Training: New Session begins one.' });
}

export interface Choice extends vscode.QuickPickItem {
  id: string;
}

export function datasetItem(dataset: DatasetSummary): Choice {
  return { label: labelText(dataset.name), description: datasetText(dataset), detail: dataset.id, id: dataset.id };
}

function runItem(run: RunSummary): Choice {
  return { label: labelText(run.dataset), description: labelText(runText(run)), detail: `${run.id}, ${labelText(run.model)}`, id: run.id };
}

function adapterItem(adapter: AdapterSummary): Choice {
  return { label: labelText(`${adapter.name} v${String(adapter.version)}`), description: labelText(adapterText(adapter)), detail: adapter.id, id: adapter.id };
}

async function pickOne({ title, items, nothing }: { title: string; items: Choice[]; nothing: string }): Promise<string> {
  if (items.length === 0) {
    void vscode.window.showInformationMessage(nothing);
    throw new vscode.CancellationError();
  }
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true });
  if (picked === undefined) throw new vscode.CancellationError();
  return picked.id;
}
