import { realpath } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';

/**
 * Opens a file at a line beside the panel. `file` comes from a webview and from a dataset that may have come from
 * anywhere, so only a file whose real place is inside the workspace is opened. `folder` is what a relative one is
 * relative to.
 */
export async function openSource(folder: vscode.Uri, { file, line }: { file: string; line: number }): Promise<void> {
  const real = await realOrUndefined(path.resolve(folder.fsPath, file));
  if (real === undefined || !(await isInWorkspace(real))) {
    void vscode.window.showInformationMessage(real === undefined ? 'The file that this row came from is not there any more.' : 'The file that this row came from lies outside the workspace.');
    return;
  }
  const at = new vscode.Position(line - 1, 0);
  await vscode.window.showTextDocument(vscode.Uri.file(real), { selection: new vscode.Range(at, at), viewColumn: vscode.ViewColumn.Beside, preview: true });
}

async function isInWorkspace(real: string): Promise<boolean> {
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    const root = uri.scheme === 'file' ? await realOrUndefined(uri.fsPath) : undefined;
    if (root !== undefined && real.startsWith(root.endsWith(path.sep) ? root : root + path.sep)) return true;
  }
  return false;
}

async function realOrUndefined(file: string): Promise<string | undefined> {
  try {
    return await realpath(file);
  } catch {
    // Not there, or nothing that we may see.
    return undefined;
  }
}
