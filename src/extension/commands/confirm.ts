import * as vscode from 'vscode';
import { messageText } from '../inertText.ts';

/** Asks before something is lost. Throws `vscode.CancellationError` where it is not confirmed. */
export async function confirm({ question, detail, action }: { question: string; detail: string; action: string }): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(messageText(question), { modal: true, detail: messageText(detail) }, action);
  if (chosen !== action) throw new vscode.CancellationError();
}
