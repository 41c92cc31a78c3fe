import type { CommandEntry } from './commandTable.ts';

export const setupCommandEntries = {
  'trainingCamp.setup.initialise': { title: 'Initialise Workspace', icon: 'new-folder' },
  'trainingCamp.setup.run': { title: 'Set Up Training on This Machine', icon: 'cloud-download' },
  'trainingCamp.setup.doctor': { title: 'Run Doctor', icon: 'pulse' },
  'trainingCamp.restoreBackup': { title: 'Restore Database from Backup', icon: 'discard' },
  'trainingCamp.models.list': { title: 'Show Base Models', icon: 'layers' },
} as const satisfies Record<string, CommandEntry>;
