import { inTitle, onDataFiles, onRows, type CommandEntry } from './commandTable.ts';

const view = 'trainingCamp.datasets';

export const datasetCommandEntries = {
  'trainingCamp.datasets.prepare': { title: 'Prepare Dataset', icon: 'add', menus: [inTitle(view, 1), ...onDataFiles()] },
  'trainingCamp.datasets.refresh': { title: 'Refresh Datasets', icon: 'refresh', menus: [inTitle(view, 9)], palette: false },
  'trainingCamp.datasets.open': { title: 'Open Dataset', icon: 'open-preview', menus: onRows(view, 'dataset', { inline: 1 }) },
  'trainingCamp.datasets.train': { title: 'Train on Dataset', icon: 'flame', menus: onRows(view, 'dataset', { inline: 2 }) },
  'trainingCamp.datasets.inspectTokens': { title: 'Inspect Tokens of Dataset', icon: 'eye', menus: onRows(view, 'dataset') },
  'trainingCamp.datasets.copyId': { title: 'Copy Id of Dataset', icon: 'copy', menus: onRows(view, 'dataset', { group: '5_copy' }) },
  'trainingCamp.datasets.remove': { title: 'Remove Dataset', icon: 'trash', menus: onRows(view, 'dataset', { group: '9_danger' }) },
} as const satisfies Record<string, CommandEntry>;
