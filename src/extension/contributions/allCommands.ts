import { hostCommandEntries } from './hostCommands.ts';
import { runCommandEntries } from './runCommands.ts';

/** The one table of commands, by id. */
export const allCommands = { ...hostCommandEntries, ...runCommandEntries } as const;

export type CommandId = keyof typeof allCommands;
