import type { CommandEntry } from './commandTable.ts';

/** What the lenses over open files do; each takes the file’s address. */
export const fileCommandEntries = {
  'trainingCamp.files.prepare': { title: 'Prepare This File', palette: false },
  'trainingCamp.files.train': { title: 'Train on This File', palette: false },
  'trainingCamp.files.inspect': { title: 'Inspect the Tokens of This File', palette: false },
  'trainingCamp.files.ask': { title: 'Ask This Agent', palette: false },
} as const satisfies Record<string, CommandEntry>;
