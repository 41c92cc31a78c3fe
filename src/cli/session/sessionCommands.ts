import type { AnyCommand } from '../command.ts';
import { sessionAddInputCommand } from './addInput.ts';
import { sessionAgentCommand } from './agent.ts';
import { sessionChatCommand, sessionTakeCommand } from './chat.ts';
import { sessionConfirmCommand, sessionFeedbackCommand, sessionJudgeCommand, sessionPromoteCommand, sessionRegenerateCommand, sessionRetryCommand } from './cycles.ts';
import { sessionCancelCommand } from './cancel.ts';
import { sessionDeleteCommand } from './deleteSession.ts';
import { sessionDirectCommand } from './direct.ts';
import { sessionExportCommand } from './exportSession.ts';
import { sessionHistoryCommand } from './history.ts';
import { sessionImportCommand } from './importSession.ts';
import { sessionListCommand } from './listSessions.ts';
import { sessionLockCommand, sessionUnlockCommand } from './lock.ts';
import { sessionNewCommand } from './newSession.ts';
import { sessionProposeCommand, sessionSuggestInputsCommand } from './propose.ts';
import { sessionReportCommand } from './report.ts';
import { sessionScoreCommand } from './score.ts';
import { sessionSetCommand } from './settings.ts';
import { sessionShowCommand } from './show.ts';
import { sessionStrategyCommand } from './strategy.ts';

/** The Camp, in the order in which a session goes. */
export const sessionCommands: AnyCommand[] = [
  sessionNewCommand,
  sessionListCommand,
  sessionShowCommand,
  sessionAddInputCommand,
  sessionSuggestInputsCommand,
  sessionSetCommand,
  sessionProposeCommand,
  sessionStrategyCommand,
  sessionConfirmCommand,
  sessionScoreCommand,
  sessionLockCommand,
  sessionUnlockCommand,
  sessionDirectCommand,
  sessionChatCommand,
  sessionTakeCommand,
  sessionRegenerateCommand,
  sessionRetryCommand,
  sessionFeedbackCommand,
  sessionPromoteCommand,
  sessionCancelCommand,
  sessionHistoryCommand,
  sessionAgentCommand,
  sessionJudgeCommand,
  sessionReportCommand,
  sessionExportCommand,
  sessionImportCommand,
  sessionDeleteCommand,
];
