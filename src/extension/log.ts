import * as vscode from 'vscode';

/** The output channel “Training Camp”. Its level is the editor's own setting for log channels. */
export interface Log {
  readonly channel: vscode.LogOutputChannel;
  info(text: string): void;
  warn(text: string): void;
  error(text: string, error?: unknown): void;
  show(): void;
  dispose(): void;
}

export function makeLog(): Log {
  const channel = vscode.window.createOutputChannel('Training Camp', { log: true });
  return {
    channel,
    info: (text) => channel.info(text),
    warn: (text) => channel.warn(text),
    error: (text, error) => channel.error(error instanceof Error ? `${text} ${error.stack ?? error.message}` : text),
    show: () => channel.show(true),
    dispose: () => channel.dispose(),
  };
}
