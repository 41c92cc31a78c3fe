import * as vscode from 'vscode';
import type { Changed, MethodName, NotificationParams, ParamsInput, Progress, Result } from '../../protocol/contract.ts';
import type { Log } from '../log.ts';
import type { ProviderKeys } from '../models/providerKeys.ts';
import type { BackendProcess } from './backendProcess.ts';

export interface RequestOptions {
  token?: vscode.CancellationToken;
  onProgress?: (progress: Progress) => void;
}

export interface BackendInit {
  log: Log;
  /** The folder whose data is shown. */
  folder: vscode.Uri;
  extensionPath: string;
  /** Are handed to the backend whenever it starts. */
  keys: ProviderKeys;
}

/**
 * The window's backend, started by the first request and never before. The language client and zod come with it, in
 * chunks of their own, so that a window that uses nothing of ours loads nothing of ours.
 */
export class Backend implements vscode.Disposable {
  readonly #init: BackendInit;
  readonly #changed = new vscode.EventEmitter<Changed>();
  readonly #notice = new vscode.EventEmitter<string>();
  readonly #storeFailed = new vscode.EventEmitter<NotificationParams<'storeFailed'>['error']>();
  readonly #stopped = new vscode.EventEmitter<{ willRestart: boolean }>();
  #process: Promise<BackendProcess> | undefined;
  #restarting: Promise<void> | undefined;
  #isDisposed = false;

  /** What changed in the workspace. After a start of the backend everything counts as changed. */
  readonly onChanged = this.#changed.event;
  readonly onNotice = this.#notice.event;
  readonly onStoreFailed = this.#storeFailed.event;
  /** The process ended unasked. */
  readonly onStopped = this.#stopped.event;

  constructor(init: BackendInit) {
    this.#init = init;
  }

  get hasStarted(): boolean {
    return this.#process !== undefined;
  }

  /** The folder whose data is shown. */
  get folder(): vscode.Uri {
    return this.#init.folder;
  }

  /** Throws `BackendError` with the backend's own words, or `vscode.CancellationError`. */
  async request<Name extends MethodName>(name: Name, params: ParamsInput<Name>, options: RequestOptions = {}): Promise<Result<Name>> {
    const running = await this.start();
    return await running.request(name, params, options);
  }

  /** For the relay of panels, whose method and params were checked against the contract. */
  async requestAny(name: MethodName, params: unknown, options: RequestOptions): Promise<unknown> {
    const running = await this.start();
    return await running.requestAny(name, params, options);
  }

  async start(): Promise<BackendProcess> {
    if (this.#isDisposed) throw new vscode.CancellationError();
    this.#process ??= this.#launch();
    return await this.#process;
  }

  /** Ends the process and starts another. Calls that come meanwhile share it. */
  async restart(): Promise<void> {
    this.#restarting ??= this.#stopAndStart().finally(() => {
      this.#restarting = undefined;
    });
    await this.#restarting;
  }

  dispose(): void {
    this.#isDisposed = true;
    // A start that failed has told so itself.
    this.#process?.then((running) => running.stop()).catch(() => undefined);
    for (const emitter of [this.#changed, this.#notice, this.#storeFailed, this.#stopped]) emitter.dispose();
  }

  async #stopAndStart(): Promise<void> {
    const old = this.#process;
    this.#process = undefined;
    // A process that never came up, or that is gone, needs no stop.
    await old?.then((running) => running.stop()).catch((error: unknown) => this.#init.log.warn(`The old backend did not end in order: ${String(error)}`));
    await this.start();
  }

  async #launch(): Promise<BackendProcess> {
    try {
      const { launchBackend } = await import('./backendProcess.ts');
      return await launchBackend({
        ...this.#init,
        onRunning: () => {
          // What an earlier backend said of the store is over; this one says it anew where it still is so.
          this.#storeFailed.fire(null);
          this.#changed.fire({ seq: 0, changes: [{ topic: 'everything', id: null }] });
        },
        onChanged: (changed) => this.#changed.fire(changed),
        onNotice: (text) => this.#notice.fire(text),
        onStoreFailed: (error) => this.#storeFailed.fire(error),
        onStopped: (willRestart) => {
          if (!willRestart) this.#process = undefined;
          this.#stopped.fire({ willRestart });
        },
      });
    } catch (error) {
      this.#process = undefined;
      throw error;
    }
  }
}
