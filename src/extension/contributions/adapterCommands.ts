import { inTitle, onRows, type CommandEntry } from './commandTable.ts';

const view = 'trainingCamp.adapters';

export const adapterCommandEntries = {
  'trainingCamp.adapters.refresh': { title: 'Refresh Adapters', icon: 'refresh', menus: [inTitle(view, 9)], palette: false },
  'trainingCamp.adapters.test': {
    title: 'Test Adapter against Base',
    icon: 'beaker',
    menus: [...onRows(view, 'adapter', { inline: 1 }), ...onRows('trainingCamp.runs', 'run completed hasAdapter', { inline: 2 })],
  },
  'trainingCamp.adapters.ask': { title: 'Ask Adapter', icon: 'comment-discussion', menus: onRows(view, 'adapter \\w+ canAsk', { inline: 2 }) },
  'trainingCamp.ask': { title: 'Ask a Base Model', icon: 'comment' },
  'trainingCamp.adapters.reveal': { title: 'Open Folder of Adapter', icon: 'folder-opened', menus: onRows(view, 'adapter', { group: '3_files' }) },
  'trainingCamp.adapters.copyId': { title: 'Copy Id of Adapter', icon: 'copy', menus: onRows(view, 'adapter', { group: '5_copy' }) },
  'trainingCamp.adapters.remove': { title: 'Remove Adapter', icon: 'trash', menus: onRows(view, 'adapter', { group: '9_danger' }) },
} as const satisfies Record<string, CommandEntry>;
