import * as vscode from 'vscode';
import type { App } from './app.ts';
import { Backend } from './client/backend.ts';
import { startForOpenFiles } from './client/openFiles.ts';
import { registerCommands } from './commands/registerCommands.ts';
import { showProblem } from './commands/problem.ts';
import { Documents } from './documents.ts';
import { chooseFolder } from './folder.ts';
import { makeLog } from './log.ts';
import { ProviderKeys } from './models/providerKeys.ts';
import { Panels } from './panels/panels.ts';
import { onBackendSettingChanged, onSessionLimitChanged } from './settings.ts';
import { registerEmptyViews, registerViews } from './views/views.ts';
import { OwnRuns } from './watch/ownRuns.ts';
import { Watch } from './watch/watch.ts';

/**
 * Called by VS Code on first use: it registers, and starts nothing. Answers what the window works with, which the host's
 * tests look at; undefined where there is no trusted folder.
 */
export function activate(context: vscode.ExtensionContext): App | undefined {
  if (vscode.workspace.isTrusted) return start(context);
  // No process, no database, no setting of the folder before a person trusts it; the first view says so.
  const placeholders = registerEmptyViews();
  context.subscriptions.push(
    placeholders,
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      placeholders.dispose();
      start(context);
    }),
  );
  return undefined;
}

function start(context: vscode.ExtensionContext): App | undefined {
  const folder = chooseFolder(context.workspaceState);
  if (folder === undefined) {
    // The window is loaded anew when a first folder is added.
    context.subscriptions.push(registerEmptyViews());
    return undefined;
  }
  const log = makeLog();
  const keys = new ProviderKeys(context.secrets);
  const backend = new Backend({ log, folder: folder.uri, extensionPath: context.extensionPath, keys });
  const views = registerViews({ backend, log, onFailed: (error) => showProblem(log, error) });
  const panels = new Panels({ backend, log, extensionUri: context.extensionUri });
  const documents = new Documents();
  const ownRuns = new OwnRuns(context.workspaceState);
  const watch = new Watch({ backend, log, ownRuns, isShown: (run) => panels.shows('run', run) });
  const app: App = { context, backend, log, views, panels, documents, ownRuns, keys, watch };
  const followSettings = onBackendSettingChanged(() => {
    if (backend.hasStarted) void backend.restart().catch((error: unknown) => showProblem(log, error));
  });
  const followLimit = onSessionLimitChanged(() => views.sessions.refresh());
  context.subscriptions.push(log, backend, views, panels, documents, watch, followSettings, followLimit, ...registerCommands(app), startForOpenFiles(backend, log));
  return app;
}
