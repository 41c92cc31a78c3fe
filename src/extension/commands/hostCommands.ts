import type { hostCommandEntries } from '../contributions/hostCommands.ts';
import type { HandlersFor } from './command.ts';

export const hostCommands: HandlersFor<typeof hostCommandEntries> = {
  'trainingCamp.showLog': async ({ log }) => log.show(),
  'trainingCamp.restartBackend': async ({ backend }) => await backend.restart(),
};
