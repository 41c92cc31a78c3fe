import { askCommand } from './ask.ts';
import { modelListCommand } from './modelList.ts';
import { modelPullCommand } from './modelPull.ts';
import { modelInfoCommand } from './modelInfo.ts';
import { modelRemoveCommand } from './modelRemove.ts';
import { adapterListCommand } from './adapterList.ts';
import { adapterShowCommand } from './adapterShow.ts';
import { adapterImportCommand } from './adapterImport.ts';
import { adapterRemoveCommand } from './adapterRemove.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { metricsCommand } from './metrics.ts';
import { listCommand } from './list.ts';
import { logsCommand } from './logs.ts';
import { planCommand } from './plan.ts';
import type { AnyCommand } from './command.ts';
import { queueCancelCommand, queueMoveCommand, queuePauseCommand, queuePriorityCommand, queueResumeCommand } from './queueChange.ts';
import { queueCommand, queueListCommand } from './queueList.ts';
import { resumeCommand } from './resume.ts';
import { stopCommand } from './stop.ts';
import { workerCommand } from './worker.ts';
import { prepareCommand } from './prepare.ts';
import { schemaCommand } from './schema.ts';
import { setupCommand } from './setup.ts';
import { initCommand } from './init.ts';
import { doctorCommand } from './doctor.ts';

/** Every command, in the order of the help. */
export const commands: AnyCommand[] = [initCommand, doctorCommand, setupCommand, prepareCommand, startCommand, statusCommand, metricsCommand, listCommand, logsCommand, planCommand, askCommand, modelListCommand, modelPullCommand, modelInfoCommand, modelRemoveCommand, adapterListCommand, adapterShowCommand, adapterImportCommand, adapterRemoveCommand, stopCommand, resumeCommand, queueCommand, queueListCommand, queueMoveCommand, queuePriorityCommand, queuePauseCommand, queueResumeCommand, queueCancelCommand, workerCommand, schemaCommand];
