import * as vscode from 'vscode';
import { assertNever } from '../../common/assertNever.ts';
import { plainText } from '../../common/plainText.ts';
import { isMethodName, methods, type MethodName, type Progress } from '../../protocol/contract.ts';
import { panelKinds, type PanelKind } from '../../protocol/panelKinds.ts';
import { fromWebviewSchema, type FromWebview, type ToWebview } from '../../protocol/panels.ts';
import type { Backend, RequestOptions } from '../client/backend.ts';
import { BackendError } from '../client/backendError.ts';
import type { Log } from '../log.ts';
import { withBuffers } from './buffers.ts';
import { openSource } from './openSource.ts';

interface RelayInit {
  kind: PanelKind;
  subject: string;
  backend: Backend;
  log: Log;
  panel: vscode.WebviewPanel;
  send: (message: ToWebview) => void;
  /** The part of the panel that was asked for, once. */
  takePage: () => string | null;
}

/** Carries a webview's requests to the backend: only those that the contract allows its panel, only well-formed ones. */
export class Relay implements vscode.Disposable {
  readonly #init: RelayInit;
  readonly #running = new Map<number, { method: MethodName; source: vscode.CancellationTokenSource }>();

  constructor(init: RelayInit) {
    this.#init = init;
  }

  async receive(raw: unknown): Promise<void> {
    const parsed = fromWebviewSchema.safeParse(raw);
    if (!parsed.success) {
      this.#init.log.warn(`A panel sent a message that is not understood: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`);
      return;
    }
    await this.#act(parsed.data);
  }

  /** What outlives its panel goes on. */
  dispose(): void {
    for (const { method, source } of this.#running.values()) if (!methods[method].outlivesPanel) source.cancel();
    this.#running.clear();
  }

  async #act(message: FromWebview): Promise<void> {
    const { subject, backend, panel, send } = this.#init;
    switch (message.type) {
      case 'ready':
        send({ type: 'subject', subject, page: this.#init.takePage() });
        return;
      case 'request':
        await this.#request(message.id, message.method, message.params);
        return;
      case 'cancel':
        this.#running.get(message.id)?.source.cancel();
        return;
      case 'act':
        await this.#carryOut(message.action, message.argument);
        return;
      case 'openSource':
        await openSource(backend.folder, message);
        return;
      case 'entitle':
        panel.title = plainText(message.title);
        return;
      case 'save':
        await this.#save(message.name, message.base64);
        return;
      default:
        assertNever(message);
    }
  }

  /** A command of ours that this panel may carry out. */
  async #carryOut(action: string, argument: string | null | undefined): Promise<void> {
    const { kind, subject, log } = this.#init;
    if (!panelKinds[kind].actions.some((allowed) => allowed === action)) {
      log.warn(`The panel “${kind}” asked for an action that it does not have.`);
      return;
    }
    await vscode.commands.executeCommand(`trainingCamp.${action}`, ...(argument === null ? [] : [argument ?? subject]));
  }

  async #request(id: number, method: string, params: unknown): Promise<void> {
    const { kind, backend, send } = this.#init;
    if (!isMethodName(method) || !methods[method].callers.some((caller) => caller === panelKinds[kind].caller)) {
      send({ type: 'error', id, error: { code: 'method_not_allowed', message: `This panel may not call ${method}.` } });
      return;
    }
    const source = new vscode.CancellationTokenSource();
    this.#running.set(id, { method, source });
    const { hasProgress, outlivesPanel } = methods[method];
    try {
      const result = await this.#call(method, params, { token: source.token, ...(hasProgress && !outlivesPanel ? { onProgress: (progress) => this.#progress(id, progress) } : {}) });
      send({ type: 'result', id, result: withBuffers(method, result) });
    } catch (error) {
      if (error instanceof vscode.CancellationError) send({ type: 'error', id, error: { code: 'cancelled', message: 'cancelled' } });
      else if (error instanceof BackendError) send({ type: 'error', id, error: { code: error.document.code, message: error.message, ...(error.document.hint === undefined ? {} : { hint: error.document.hint }) } });
      else send({ type: 'error', id, error: { code: backend.hasStarted ? 'backend_restarting' : 'backend_ended', message: 'The backend is not there.', hint: 'Training: Restart Backend starts it again.' } });
    } finally {
      this.#running.delete(id);
      source.dispose();
    }
  }

  /** A hidden panel is told nothing. */
  #progress(id: number, progress: Progress): void {
    if (this.#init.panel.visible && this.#running.has(id)) this.#init.send({ type: 'progress', id, progress });
  }

  async #call(method: MethodName, params: unknown, options: RequestOptions): Promise<unknown> {
    const checked = methods[method].params.safeParse(params);
    if (!checked.success) throw new BackendError({ code: 'bad_params', message: `${method}: ${checked.error.issues.map((issue) => issue.message).join('; ')}` });
    return await this.#init.backend.requestAny(method, checked.data, options);
  }

  /** Writes what a panel drew or listed where a person says. */
  async #save(name: string, base64: string): Promise<void> {
    const target = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.joinPath(this.#init.backend.folder, name), title: 'Export' });
    if (target !== undefined) await vscode.workspace.fs.writeFile(target, Buffer.from(base64, 'base64'));
  }
}
