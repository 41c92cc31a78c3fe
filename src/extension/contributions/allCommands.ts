import { adapterCommandEntries } from './adapterCommands.ts';
import { datasetCommandEntries } from './datasetCommands.ts';
import { fileCommandEntries } from './fileCommands.ts';
import { hostCommandEntries } from './hostCommands.ts';
import { providerCommandEntries } from './providerCommands.ts';
import { queueCommandEntries } from './queueCommands.ts';
import { runCommandEntries } from './runCommands.ts';
import { sessionCommandEntries } from './sessionCommands.ts';
import { setupCommandEntries } from './setupCommands.ts';

/** The one table of commands, by id. */
export const allCommands = { ...hostCommandEntries, ...setupCommandEntries, ...runCommandEntries, ...queueCommandEntries, ...datasetCommandEntries, ...adapterCommandEntries, ...fileCommandEntries, ...providerCommandEntries, ...sessionCommandEntries } as const;

export type CommandId = keyof typeof allCommands;
