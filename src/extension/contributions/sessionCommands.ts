import { inTitle, onRows, type CommandEntry } from './commandTable.ts';

const view = 'trainingCamp.sessions';

export const sessionCommandEntries = {
  'trainingCamp.sessions.new': { title: 'New Session', icon: 'add', menus: [inTitle(view, 1)] },
  'trainingCamp.sessions.import': { title: 'Import Session from File', icon: 'cloud-download', menus: [inTitle(view, 2)] },
  'trainingCamp.sessions.refresh': { title: 'Refresh Sessions', icon: 'refresh', menus: [inTitle(view, 9)], palette: false },
  'trainingCamp.sessions.open': { title: 'Open Session', icon: 'open-preview', menus: onRows(view, 'session|lineage|agentVersion', { inline: 1 }) },
  /** A session has been made in the panel of a new one. */
  'trainingCamp.sessions.created': { title: 'Open New Session', palette: false },
  'trainingCamp.sessions.export': { title: 'Export Session as Training Data', icon: 'export', menus: onRows(view, 'session \\w+ active', { inline: 2 }) },
  'trainingCamp.sessions.promote': { title: 'Promote Session', icon: 'rocket', menus: onRows(view, 'session quickstart active', { inline: 3 }) },
  'trainingCamp.sessions.cancel': { title: 'Cancel Work on Session', icon: 'stop-circle', menus: onRows(view, 'session \\w+ \\w+ working', { inline: 0 }) },
  'trainingCamp.sessions.rename': { title: 'Rename Session', icon: 'edit', menus: onRows(view, 'session', { group: '2_change' }) },
  'trainingCamp.sessions.openFile': { title: 'Open File of Session', icon: 'go-to-file', menus: onRows(view, 'session', { group: '3_files' }) },
  'trainingCamp.sessions.copyId': { title: 'Copy Id of Session', icon: 'copy', menus: onRows(view, 'session', { group: '5_copy' }) },
  'trainingCamp.sessions.freeRoom': { title: 'Free Room That Sessions Take', icon: 'trash', menus: onRows(view, 'usage', { inline: 1 }) },
  'trainingCamp.sessions.changeLimit': { title: 'Change Limit of Sessions', icon: 'gear', menus: onRows(view, 'usage') },
  'trainingCamp.sessions.delete': { title: 'Delete Session', icon: 'trash', menus: onRows(view, 'session', { group: '9_danger' }) },
} as const satisfies Record<string, CommandEntry>;
