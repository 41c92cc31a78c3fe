import * as vscode from 'vscode';
import type { App } from './app.ts';
import { Backend } from './client/backend.ts';
import { startForOpenFiles } from './client/openFiles.ts';
import { registerCommands } from './commands/registerCommands.ts';
import { showProblem } from './commands/problem.ts';
import { Documents } from './documents.ts';
import { chooseFolder } from './folder.ts';
import { makeLog } from './log.ts';
import { Panels } from './panels/panels.ts';
import { registerEmptyViews, registerViews } from './views/views.ts';

/** Called by VS Code on first use: it registers, and starts nothing. */
export function activate(context: vscode.ExtensionContext): void {
  if (vscode.workspace.isTrusted) {
    start(context);
    return;
  }
  // No process, no database, no setting of the folder before a person trusts it; the first view says so.
  const placeholders = registerEmptyViews();
  context.subscriptions.push(
    placeholders,
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      placeholders.dispose();
      start(context);
    }),
  );
}

function start(context: vscode.ExtensionContext): void {
  const folder = chooseFolder(context.workspaceState);
  if (folder === undefined) {
    // The window is loaded anew when a first folder is added.
    context.subscriptions.push(registerEmptyViews());
    return;
  }
  const log = makeLog();
  const backend = new Backend({ log, folder: folder.uri, extensionPath: context.extensionPath });
  const views = registerViews({ backend, log, onFailed: (error) => showProblem(log, error) });
  const panels = new Panels({ backend, log, extensionUri: context.extensionUri });
  const documents = new Documents();
  const app: App = { context, backend, log, views, panels, documents };
  context.subscriptions.push(log, backend, views, panels, documents, ...registerCommands(app), startForOpenFiles(backend, log));
}
