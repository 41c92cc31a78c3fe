import * as vscode from 'vscode';
import type { datasetCommandEntries } from '../contributions/datasetCommands.ts';
import { nameText } from '../views/texts.ts';
import type { HandlersFor } from './command.ts';
import { confirm } from './confirm.ts';
import { pickDataset } from './pick.ts';
import { openWizard } from './runCommands.ts';

export const datasetCommands: HandlersFor<typeof datasetCommandEntries> = {
  'trainingCamp.datasets.prepare': async (app, file, files) => {
    const { prepareDataset } = await import('./prepareDataset.ts');
    await prepareDataset(app, file, files);
  },
  'trainingCamp.datasets.refresh': async ({ views }) => views.datasets.refresh(),
  'trainingCamp.datasets.open': async (app, row) => app.panels.open('dataset', await pickDataset(app, row, 'Open which dataset?')),
  'trainingCamp.datasets.inspectTokens': async (app, row) => app.panels.open('dataset', await pickDataset(app, row, 'Whose tokens?'), 'tokens'),
  'trainingCamp.datasets.train': async (app, row) => await openWizard(app, { dataset: await pickDataset(app, row, 'Train on which dataset?') }),
  'trainingCamp.datasets.copyId': async (app, row) => await vscode.env.clipboard.writeText(await pickDataset(app, row)),
  'trainingCamp.datasets.remove': async (app, row) => {
    const id = await pickDataset(app, row, 'Remove which dataset?');
    const { dataset, versions } = await app.backend.request('datasets/rows', { dataset: id, first: 1, last: 1 });
    const { runs } = await app.backend.request('runs/list', { dataset: dataset.id, states: ['interrupted', 'cancelled', 'failed'] });
    const resumed = runs.length === 0 ? '' : ` ${String(runs.length)} stopped ${runs.length === 1 ? 'run that was' : 'runs that were'} trained on it can no longer be resumed.`;
    await confirm({
      question: `Remove the dataset “${nameText(dataset.name)}”?`,
      detail: `${String(dataset.rows)} rows in ${String(versions.length)} ${versions.length === 1 ? 'version' : 'versions'} go to .training/trash, where they can be taken back from by hand. Adapters that were trained on it stay.${resumed}`,
      action: 'Remove',
    });
    await app.backend.request('datasets/remove', { dataset: dataset.id, isForced: runs.length > 0 });
  },
};
