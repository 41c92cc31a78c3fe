import type { AnyCommand } from './command.ts';
import { schemaCommand } from './schema.ts';

/** Every command, in the order of the help. */
export const commands: AnyCommand[] = [schemaCommand];
