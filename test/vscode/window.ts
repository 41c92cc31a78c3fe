import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { App } from '../../src/extension/app.ts';
import type { Row, RowKind, RowOf } from '../../src/extension/views/rows.ts';
import type { Tree } from '../../src/extension/views/tree.ts';

/** What the window's extension works with. */
export async function windowApp(): Promise<App> {
  const extension = vscode.extensions.getExtension<App | undefined>('training-camp.training-camp');
  assert.ok(extension, 'training-camp.training-camp is not installed');
  const app = await extension.activate();
  assert.ok(app, 'the window has no trusted folder');
  return app;
}

export function workspaceFolder(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'the window has no folder');
  return folder.uri;
}

/** Writes a file of the workspace and answers its path. */
export async function writeWorkspaceFile(name: string, text: string): Promise<string> {
  const uri = vscode.Uri.joinPath(workspaceFolder(), name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri.fsPath;
}

/** Rows of one kind, as the tree gives them to VS Code. */
export async function rowsOf<Kind extends RowKind>(tree: Tree, kind: Kind, parent?: Row): Promise<RowOf<Kind>[]> {
  const rows = await tree.getChildren(parent);
  return rows.filter((row): row is RowOf<Kind> => row.kind === kind);
}

/** What a row shows: label, description, context and what is read out. */
export function shown(tree: Tree, row: Row): { label: string; description: string; context: string; spoken: string; tooltip: string } {
  const item = tree.resolveTreeItem(tree.getTreeItem(row), row);
  const tooltip = item.tooltip;
  return {
    label: typeof item.label === 'string' ? item.label : (item.label?.label ?? ''),
    description: typeof item.description === 'string' ? item.description : '',
    context: item.contextValue ?? '',
    spoken: item.accessibilityInformation?.label ?? '',
    tooltip: typeof tooltip === 'string' ? tooltip : (tooltip?.value ?? ''),
  };
}
