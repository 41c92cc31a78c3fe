import * as vscode from 'vscode';
import type { App } from '../app.ts';
import type { MethodName, ParamsInput, Progress, Result } from '../../protocol/contract.ts';
import { labelText } from '../inertText.ts';

/** Asks the backend for something that takes its time, with a notification that says how far it is and can cancel it. */
export async function longRequest<Name extends MethodName>(app: App, init: { title: string; method: Name; params: ParamsInput<Name>; onProgress?: (progress: Progress) => void }): Promise<Result<Name>> {
  const { title, method, params } = init;
  return await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (progress, token) => {
    let reached = 0;
    const onProgress = (one: Progress): void => {
      init.onProgress?.(one);
      const percent = one.share === null ? reached : Math.floor(one.share * 100);
      // VS Code adds increments up; a part that starts anew goes back to nothing and adds none.
      const increment = Math.max(0, percent - reached);
      reached = Math.max(reached, percent);
      if (one.message !== '') progress.report({ message: labelText(one.message), increment });
    };
    return await app.backend.request(method, params, { token, onProgress });
  });
}
