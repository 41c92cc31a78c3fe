import { askCommand } from './ask.ts';
import { modelListCommand } from './modelList.ts';
import { modelPullCommand } from './modelPull.ts';
import { modelInfoCommand } from './modelInfo.ts';
import { modelRemoveCommand } from './modelRemove.ts';
import { adapterListCommand } from './adapterList.ts';
import { adapterShowCommand } from './adapterShow.ts';
import { adapterImportCommand } from './adapterImport.ts';
import { adapterRemoveCommand } from './adapterRemove.ts';
import type { AnyCommand } from './command.ts';
import { prepareCommand } from './prepare.ts';
import { schemaCommand } from './schema.ts';
import { setupCommand } from './setup.ts';

/** Every command, in the order of the help. */
export const commands: AnyCommand[] = [setupCommand, prepareCommand, askCommand, modelListCommand, modelPullCommand, modelInfoCommand, modelRemoveCommand, adapterListCommand, adapterShowCommand, adapterImportCommand, adapterRemoveCommand, schemaCommand];
