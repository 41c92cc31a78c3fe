import * as vscode from 'vscode';
import path from 'node:path';
import type { adapterCommandEntries } from '../contributions/adapterCommands.ts';
import { nameText } from '../views/texts.ts';
import type { HandlersFor } from './command.ts';
import { confirm } from './confirm.ts';
import { pickAdapter } from './pick.ts';

export const adapterCommands: HandlersFor<typeof adapterCommandEntries> = {
  'trainingCamp.adapters.refresh': async ({ views }) => views.adapters.refresh(),
  'trainingCamp.adapters.test': async (app, row) => {
    const { testAdapter } = await import('./testAdapter.ts');
    await testAdapter(app, await pickAdapter(app, row, 'Test which adapter?'));
  },
  'trainingCamp.adapters.ask': async (app, row) => {
    const { askAdapter } = await import('./askModel.ts');
    await askAdapter(app, await pickAdapter(app, row, 'Ask which adapter?'));
  },
  'trainingCamp.ask': async (app) => {
    const { askBase } = await import('./askModel.ts');
    await askBase(app);
  },
  'trainingCamp.adapters.reveal': async (app, row) => {
    const { adapter } = await app.backend.request('adapters/show', { adapter: await pickAdapter(app, row, 'Whose folder?') });
    await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(path.join(adapter.path, 'adapter_config.json')));
  },
  'trainingCamp.adapters.copyId': async (app, row) => await vscode.env.clipboard.writeText(await pickAdapter(app, row, 'Whose id?')),
  'trainingCamp.adapters.remove': async (app, row) => {
    const { adapter, tests } = await app.backend.request('adapters/show', { adapter: await pickAdapter(app, row, 'Remove which adapter?') });
    await confirm({
      question: `Remove the adapter “${nameText(adapter.name)}” version ${String(adapter.version)}?`,
      detail: `Its files${tests.length === 0 ? '' : ` and ${String(tests.length)} test ${tests.length === 1 ? 'report' : 'reports'}`} go to .training/trash.${adapter.state === 'deployed' ? ' It is the deployed version.' : ''} The run that made it stays, and can register its adapter again.`,
      action: 'Remove',
    });
    await app.backend.request('adapters/remove', { adapter: adapter.id });
  },
};
