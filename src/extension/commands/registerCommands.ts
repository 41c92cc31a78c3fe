import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { allCommands, type CommandId } from '../contributions/allCommands.ts';
import { adapterCommands } from './adapterCommands.ts';
import { datasetCommands } from './datasetCommands.ts';
import { fileCommands } from './fileCommands.ts';
import { hostCommands } from './hostCommands.ts';
import { providerCommands } from './providerCommands.ts';
import { queueCommands } from './queueCommands.ts';
import { runCommands } from './runCommands.ts';
import { sessionCommands } from './sessionCommands.ts';
import { setupCommands } from './setupCommands.ts';
import type { CommandHandler } from './command.ts';
import { showProblem } from './problem.ts';

const handlers: Readonly<Record<CommandId, CommandHandler>> = { ...hostCommands, ...setupCommands, ...runCommands, ...queueCommands, ...datasetCommands, ...adapterCommands, ...fileCommands, ...providerCommands, ...sessionCommands };

/** Registers every command of the table. A failure is shown in words with what can be done; a cancel is no failure. */
export function registerCommands(app: App): vscode.Disposable[] {
  return Object.keys(allCommands).map((id) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        return await handlers[id as CommandId](app, ...args);
      } catch (error) {
        showProblem(app.log, error);
        return undefined;
      }
    }),
  );
}
