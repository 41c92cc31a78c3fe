import type { App } from '../app.ts';
import type { CommandId } from '../contributions/allCommands.ts';

/**
 * Carries a command out. `args` come from wherever it was called: a tree's row and the selected rows, a link, a key; from
 * the palette there are none, and the handler asks with quick-picks. They are not to be trusted and are parsed.
 */
export type CommandHandler = (app: App, ...args: unknown[]) => Promise<unknown>;

/** Handlers of some commands, by id. */
export type HandlersFor<Entries> = { readonly [Id in Extract<keyof Entries, CommandId>]: CommandHandler };
