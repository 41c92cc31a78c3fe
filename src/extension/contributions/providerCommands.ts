import type { CommandEntry } from './commandTable.ts';

export const providerCommandEntries = {
  'trainingCamp.providers.add': { title: 'Add Provider of Chat Models', icon: 'plug' },
  'trainingCamp.providers.setKey': { title: 'Set Key of a Provider', icon: 'key' },
} as const satisfies Record<string, CommandEntry>;
