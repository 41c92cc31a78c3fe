import { inTitle, onRows, type CommandEntry } from './commandTable.ts';

const view = 'trainingCamp.runs';

export const runCommandEntries = {
  'trainingCamp.runs.refresh': { title: 'Refresh Runs', icon: 'refresh', menus: [inTitle(view, 9)], palette: false },
  'trainingCamp.runs.open': { title: 'Follow Run', icon: 'graph-line', menus: onRows(view, 'run', { inline: 1 }) },
} as const satisfies Record<string, CommandEntry>;
