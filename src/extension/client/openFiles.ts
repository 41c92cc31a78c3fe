import * as vscode from 'vscode';
import type { Log } from '../log.ts';
import type { Backend } from './backend.ts';

/** The files of the workspace folder that the backend checks while they are open. */
export const checkedFiles = [
  { language: 'jsonl', glob: '**/*' },
  { language: 'yaml', glob: 'CodeAgents/**/*' },
  { language: 'json', glob: 'CodeAgents/training.config.json' },
  { language: 'jsonc', glob: 'CodeAgents/training.config.json' },
] as const;

/**
 * Starts the backend when a file is opened that it checks, and not before. Settings in JSON have their schema from the
 * editor itself, so they alone start nothing; nor do files of our own, in `.training`.
 */
export function startForOpenFiles(backend: Backend, log: Log): vscode.Disposable {
  const filters = checkedFiles.filter(({ language }) => language === 'jsonl' || language === 'yaml').map(({ language, glob }) => ({ scheme: 'file', language, pattern: new vscode.RelativePattern(backend.folder, glob) }));
  const ours = vscode.Uri.joinPath(backend.folder, '.training').path;
  const look = (document: vscode.TextDocument): void => {
    if (backend.hasStarted || vscode.languages.match(filters, document) === 0 || document.uri.path.startsWith(`${ours}/`)) return;
    backend.start().catch((error: unknown) => log.error('The backend could not be started for an open file.', error));
  };
  for (const document of vscode.workspace.textDocuments) look(document);
  return vscode.workspace.onDidOpenTextDocument(look);
}
