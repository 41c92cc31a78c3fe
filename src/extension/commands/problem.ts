import * as vscode from 'vscode';
import { BackendError } from '../client/backendError.ts';
import { messageText } from '../inertText.ts';
import type { Log } from '../log.ts';
import { repairsFor, type Repair } from '../repairs.ts';

/** Says what happened and what can be done. A bug is logged with its stack. Resolves at once: a message may stay for hours. */
export function showProblem(log: Log, error: unknown): void {
  if (error instanceof vscode.CancellationError) return;
  if (error instanceof BackendError) {
    const { code, message, hint } = error.document;
    showWithRepairs('error', [message, hint].filter((part) => part !== undefined).join(' '), repairsFor(code));
    return;
  }
  log.error('A command failed.', error);
  showWithRepairs('error', error instanceof Error ? error.message : String(error), repairsFor('internal'));
}

/** Resolves at once; a press of a button is carried out when it comes. */
export function showWithRepairs(severity: 'error' | 'warning' | 'information', text: string, repairs: readonly Repair[]): void {
  const show = { error: vscode.window.showErrorMessage, warning: vscode.window.showWarningMessage, information: vscode.window.showInformationMessage }[severity];
  void show(messageText(text), ...repairs.map(({ title }) => title)).then(async (chosen) => {
    const repair = repairs.find(({ title }) => title === chosen);
    if (repair !== undefined) await vscode.commands.executeCommand(repair.command, ...(repair.arguments ?? []));
  });
}
