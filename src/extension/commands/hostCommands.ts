import * as vscode from 'vscode';
import type { hostCommandEntries } from '../contributions/hostCommands.ts';
import { rememberFolder } from '../folder.ts';
import type { HandlersFor } from './command.ts';

export const hostCommands: HandlersFor<typeof hostCommandEntries> = {
  'trainingCamp.openDashboard': async ({ panels }) => panels.open('dashboard', 'workspace'),
  'trainingCamp.showLog': async ({ log }) => log.show(),
  'trainingCamp.chooseFolder': async ({ context }) => {
    const folder = await vscode.window.showWorkspaceFolderPick({ placeHolder: 'Whose runs, datasets and adapters are shown' });
    if (folder === undefined) return;
    await rememberFolder(context.workspaceState, folder);
    await vscode.commands.executeCommand('workbench.action.reloadWindow');
  },
  'trainingCamp.status': async ({ backend }) => await backend.request('workspace/status', {}),
  'trainingCamp.restartBackend': async ({ backend }) => await backend.restart(),
  'trainingCamp.openWalkthrough': async ({ context, watch }) => {
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#trainingCamp.firstSteps`, false);
    watch.walkthrough.note();
  },
  'trainingCamp.lookAtTrouble': async ({ watch }) => await watch.lookAtTrouble(),
  'trainingCamp.showMore': async ({ views }, row) => views.showMore(row),
};
