import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { runIdOf } from '../views/rows.ts';

/** The run of a tree's row or of an id; without one a person chooses. */
export async function pickRun(app: App, from: unknown): Promise<string> {
  const given = runIdOf(from);
  if (given !== undefined) return given;
  const { runs } = await app.backend.request('runs/list', {});
  const picked = await vscode.window.showQuickPick(
    runs.map((run) => ({ label: run.dataset, description: `${run.state}, ${run.model}`, detail: run.id, id: run.id })),
    { title: 'Run', placeHolder: runs.length === 0 ? 'There is no run yet' : 'Choose a run', matchOnDetail: true },
  );
  if (picked === undefined) throw new vscode.CancellationError();
  return picked.id;
}
