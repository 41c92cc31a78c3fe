import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { BackendError } from '../client/backendError.ts';

/** Says what happened and what can be done. A bug is logged with its stack. */
export async function showProblem(app: App, error: unknown): Promise<void> {
  const showLog = 'Show Log';
  if (!(error instanceof BackendError)) app.log.error('A command failed.', error);
  const text = error instanceof BackendError ? [error.message, error.document.hint].filter((part) => part !== undefined).join(' ') : error instanceof Error ? error.message : String(error);
  // Not awaited by the command: a message may stay for hours.
  const chosen = await vscode.window.showErrorMessage(text, showLog);
  if (chosen === showLog) app.log.show();
}
