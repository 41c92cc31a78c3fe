import path from 'node:path';
import * as vscode from 'vscode';
import { counted } from '../../common/figures.ts';
import type { App } from '../app.ts';
import type { fileCommandEntries } from '../contributions/fileCommands.ts';
import type { HandlersFor } from './command.ts';
import { labelText } from '../inertText.ts';
import { confirm } from './confirm.ts';
import { longRequest } from './longRequest.ts';
import { openWizard } from './runCommands.ts';

export const fileCommands: HandlersFor<typeof fileCommandEntries> = {
  'trainingCamp.files.prepare': async (app, file) => {
    const { prepareDataset } = await import('./prepareDataset.ts');
    await prepareDataset(app, await savedFile(app, file), undefined);
  },
  'trainingCamp.files.train': async (app, file) => await openWizard(app, { dataset: await importedFile(app, file) }),
  'trainingCamp.files.inspect': async (app, file) => app.panels.open('dataset', await importedFile(app, file), 'tokens'),
  'trainingCamp.files.ask': async (app, file) => {
    const { askAgent } = await import('./askModel.ts');
    await askAgent(app, (await savedFile(app, file)).fsPath);
  },
};

/** The file that a lens stands over, as it is stored: what is typed and not saved would be left out. */
async function savedFile(app: App, file: unknown): Promise<vscode.Uri> {
  const uri = typeof file === 'string' ? vscode.Uri.parse(file, true) : vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme !== 'file' || !uri.path.startsWith(`${app.backend.folder.path}/`)) throw new vscode.CancellationError();
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  // Asked whatever `isDirty` says: the editor's own automatic save may be on its way.
  if (document !== undefined && !(await document.save()) && document.isDirty) throw new Error(`${labelText(path.basename(uri.fsPath))} could not be saved, so what is stored of it is not what you see.`);
  return uri;
}

/** The dataset of a file as it is now. Content that was imported before makes no new version. */
async function importedFile(app: App, file: unknown): Promise<string> {
  const { fsPath } = await savedFile(app, file);
  const plan = await longRequest(app, { title: 'Looking through the rows', method: 'datasets/prepare', params: { paths: [fsPath], plan: true } });
  if (plan.rows.invalid > 0) {
    await confirm({ question: `Go on without ${counted(plan.rows.invalid, 'row')}?`, detail: `${plan.rows.invalid === 1 ? 'It has' : 'They have'} errors, which the editor shows. ${counted(plan.rows.kept, 'row')} would be kept.`, action: 'Go on' });
  }
  const { dataset } = await longRequest(app, { title: 'Importing', method: 'datasets/prepare', params: { paths: [fsPath] } });
  if (dataset === null) throw new vscode.CancellationError();
  app.views.datasets.refresh();
  return dataset.id;
}
