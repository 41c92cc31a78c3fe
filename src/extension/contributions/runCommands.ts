import { inTitle, onRows, type CommandEntry } from './commandTable.ts';

const view = 'trainingCamp.runs';
const resumable = 'run (interrupted|cancelled|failed)';

export const runCommandEntries = {
  'trainingCamp.runs.start': { title: 'Start Training', icon: 'add', menus: [inTitle(view, 1)] },
  'trainingCamp.runs.refresh': { title: 'Refresh Runs', icon: 'refresh', menus: [inTitle(view, 9)], palette: false },
  'trainingCamp.runs.open': { title: 'Follow Run', icon: 'graph-line', menus: onRows(view, 'run', { inline: 1 }) },
  'trainingCamp.runs.stop': { title: 'Stop Run and Keep Its Checkpoint', icon: 'debug-stop', menus: onRows(view, 'run (starting|running)', { inline: 2 }) },
  'trainingCamp.runs.resume': { title: 'Resume Run', icon: 'debug-continue', menus: onRows(view, resumable, { inline: 2 }) },
  'trainingCamp.runs.extend': { title: 'Train Further Epochs', icon: 'debug-step-over', menus: onRows(view, 'run completed') },
  'trainingCamp.runs.compare': { title: 'Compare Runs', icon: 'git-compare', menus: onRows(view, 'run', { group: '2_compare' }) },
  'trainingCamp.runs.again': { title: 'Run Again with Changes', icon: 'debug-rerun', menus: onRows(view, 'run', { group: '2_compare' }) },
  'trainingCamp.runs.openLog': { title: 'Open Log of Run', icon: 'output', menus: onRows(view, 'run', { group: '3_files' }) },
  'trainingCamp.runs.openFolder': { title: 'Open Folder of Run', icon: 'folder-opened', menus: onRows(view, 'run', { group: '3_files' }) },
  'trainingCamp.runs.copyId': { title: 'Copy Id of Run', icon: 'copy', menus: onRows(view, 'run|job', { group: '5_copy' }) },
  'trainingCamp.runs.discard': { title: 'End Run without Saving', icon: 'trash', menus: onRows(view, 'run (starting|running|stopping)', { group: '9_danger' }) },
} as const satisfies Record<string, CommandEntry>;
