import * as vscode from 'vscode';
import type { Settings } from '../protocol/settings.ts';

const section = 'trainingCamp';

/** Environment variables of the backend that settings name. Values of a workspace are not among them: VS Code drops those. */
export function backendEnvironment(): Record<string, string> {
  const home = read('home');
  const python = read('python');
  return { ...(home === '' ? {} : { TRAINING_CAMP_HOME: home }), ...(python === '' ? {} : { TRAINING_CAMP_PYTHON: python }) };
}

/** Whether the end of a run is told; `isProblem` is a run that failed or was interrupted. */
export function tellsRunEnds(isProblem: boolean): boolean {
  const value = read('notifications.runEnds');
  return value !== 'none' && (value !== 'problems' || isProblem);
}

/** Megabytes that sessions may take, where a person or the workspace has set it: the environment counts where nobody has. */
export function sessionLimitMegabytes(): number | null {
  const { globalValue, workspaceValue, workspaceFolderValue } = vscode.workspace.getConfiguration(section).inspect<unknown>('sessions.limitMegabytes') ?? {};
  const value = workspaceFolderValue ?? workspaceValue ?? globalValue;
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1_000_000 ? value : null;
}

/** Told when the view of sessions must be read anew to follow a setting. The backend goes on: it may work on a session. */
export function onSessionLimitChanged(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${section}.sessions.limitMegabytes`)) listener();
  });
}

/** Told when the backend must start anew to follow a setting. */
export function onBackendSettingChanged(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${section}.home`) || event.affectsConfiguration(`${section}.python`)) listener();
  });
}

/** Text; anything else in a person’s settings file counts as not set. package.json carries the defaults. */
function read(name: keyof Settings): string {
  const value: unknown = vscode.workspace.getConfiguration(section).get(name);
  return typeof value === 'string' ? value.trim() : '';
}
