import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';

const chosenKey = 'trainingCamp.folder';

/**
 * The workspace folder whose data is shown: the one a person chose, else the first with `CodeAgents` or `.training`, else
 * the first. Each folder has a store of its own.
 */
export function chooseFolder(state: vscode.Memento): vscode.WorkspaceFolder | undefined {
  const folders = vscode.workspace.workspaceFolders?.filter(({ uri }) => uri.scheme === 'file') ?? [];
  const chosen = state.get<string>(chosenKey);
  return (
    folders.find(({ uri }) => uri.toString() === chosen) ??
    folders.find(({ uri }) => ['CodeAgents', '.training'].some((name) => existsSync(path.join(uri.fsPath, name)))) ??
    folders[0]
  );
}

/** Remembers a choice; the window is reloaded to follow it. */
export async function rememberFolder(state: vscode.Memento, folder: vscode.WorkspaceFolder): Promise<void> {
  await state.update(chosenKey, folder.uri.toString());
}
