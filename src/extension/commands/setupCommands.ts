import type { setupCommandEntries } from '../contributions/setupCommands.ts';
import { counted } from '../../common/figures.ts';
import { noteFacts } from '../views/milestones.ts';
import type { HandlersFor } from './command.ts';
import { longRequest } from './longRequest.ts';
import { showWithRepairs } from './problem.ts';

export const setupCommands: HandlersFor<typeof setupCommandEntries> = {
  'trainingCamp.setup.initialise': async ({ backend }) => {
    const { created, kept } = await backend.request('workspace/scaffold', {});
    const text = created.length === 0 ? 'The workspace has all of its files already.' : `Made ${counted(created.length, 'file')} under CodeAgents${kept.length === 0 ? '' : `; ${counted(kept.length, 'file')} that were there are as they were`}.`;
    showWithRepairs('information', text, [{ title: 'Prepare Dataset', command: 'trainingCamp.datasets.prepare' }]);
  },
  'trainingCamp.setup.run': async (app) => {
    const facts = await longRequest(app, { title: 'Setting up training', method: 'setup/run', params: {} });
    noteFacts(facts);
    showWithRepairs('information', `Training is set up: PyTorch ${facts.torch ?? ''} on ${facts.device ?? 'this machine'}, model ${facts.model?.id ?? 'none'}.`, [{ title: 'Start Training', command: 'trainingCamp.runs.start' }]);
  },
  'trainingCamp.setup.doctor': async (app) => {
    const { showDoctor } = await import('./doctor.ts');
    await showDoctor(app);
  },
  'trainingCamp.restoreBackup': async (app) => {
    const { restoreBackup } = await import('./restoreBackup.ts');
    await restoreBackup(app);
  },
  'trainingCamp.models.list': async (app) => {
    const { showModels } = await import('./models.ts');
    await showModels(app);
  },
};
