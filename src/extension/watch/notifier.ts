import * as vscode from 'vscode';
import { messageText } from '../inertText.ts';
import type { Repair } from '../repairs.ts';

/** Something that a person should know or do. */
export interface Trouble {
  /** What is the same trouble: it is told once while its message is open. */
  key: string;
  severity: 'error' | 'warning' | 'information';
  /** A few words, for the status bar. */
  short: string;
  /** What happened and what is safe. */
  text: string;
  repairs: readonly Repair[];
}

/** The same message is not shown again within this time after it was closed. */
const quietMs = 60_000;

/** Shows notifications, each once: a repeat while one is open, or just after it was closed, is swallowed. */
export class Notifier {
  readonly #open = new Map<string, string>();
  readonly #closedAt = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Resolves when the message was answered or closed; at once where it is a repeat. */
  async tell({ key, severity, text, repairs }: Trouble): Promise<void> {
    const message = messageText(text);
    const isRepeat = this.#open.get(key) === message || this.#now() - (this.#closedAt.get(`${key} ${message}`) ?? Number.NEGATIVE_INFINITY) < quietMs;
    if (isRepeat) return;
    this.#open.set(key, message);
    const show = { error: vscode.window.showErrorMessage, warning: vscode.window.showWarningMessage, information: vscode.window.showInformationMessage }[severity];
    const chosen = await show(message, ...repairs.map(({ title }) => title));
    this.#open.delete(key);
    this.#closedAt.set(`${key} ${message}`, this.#now());
    const repair = repairs.find(({ title }) => title === chosen);
    if (repair !== undefined) await vscode.commands.executeCommand(repair.command, ...(repair.arguments ?? []));
  }
}
