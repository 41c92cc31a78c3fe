import { inTitle, type CommandEntry } from './commandTable.ts';

export const hostCommandEntries = {
  'trainingCamp.openDashboard': { title: 'Open Dashboard', icon: 'dashboard', menus: [inTitle('trainingCamp.runs', 2)] },
  'trainingCamp.showLog': { title: 'Show Log', icon: 'output' },
  'trainingCamp.chooseFolder': { title: 'Choose Workspace Folder', enablement: 'workspaceFolderCount > 1', palette: 'workspaceFolderCount > 1' },
  // For other extensions and key bindings: answers the same as `training status --json`.
  'trainingCamp.status': { title: 'Status', palette: false },
  'trainingCamp.restartBackend': { title: 'Restart Backend', icon: 'debug-restart' },
  'trainingCamp.openWalkthrough': { title: 'Open Walkthrough', icon: 'book' },
  'trainingCamp.lookAtTrouble': { title: 'Show What Needs You', palette: false },
  'trainingCamp.showMore': { title: 'Show More Rows', palette: false },
} as const satisfies Record<string, CommandEntry>;
