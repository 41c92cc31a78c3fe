import type { runCommandEntries } from '../contributions/runCommands.ts';
import type { HandlersFor } from './command.ts';
import { pickRun } from './pickRun.ts';

export const runCommands: HandlersFor<typeof runCommandEntries> = {
  'trainingCamp.runs.refresh': async ({ views }) => views.runs.refresh(),
  'trainingCamp.runs.open': async (app, row) => app.panels.open('run', await pickRun(app, row)),
};
