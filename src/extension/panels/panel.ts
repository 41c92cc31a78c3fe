import type * as vscode from 'vscode';
import type { Changed } from '../../protocol/contract.ts';
import { panelKinds, type PanelKind } from '../../protocol/panelKinds.ts';
import type { ToWebview } from '../../protocol/panels.ts';
import type { PanelsInit } from './panels.ts';
import type { Relay } from './relay.ts';
import { panelHtml } from './html.ts';

/** At most ten updates a second reach a panel. */
const updateMs = 100;

interface PanelInit extends PanelsInit {
  kind: PanelKind;
  subject: string;
  panel: vscode.WebviewPanel;
  /** The part that is shown first; null is what it showed before. */
  page: string | null;
  onDisposed: () => void;
}

/**
 * One webview panel. It relays requests of the webview to the backend, and tells the webview what changed: at most ten
 * times a second, and nothing while it is hidden. A panel that is shown again is loaded anew and asks for what it shows.
 */
export class Panel implements vscode.Disposable {
  readonly #init: PanelInit;
  readonly #subscriptions: vscode.Disposable[];
  #relay: Promise<Relay> | undefined;
  #pending = new Map<string, { topic: string; id: string | null }>();
  #timer: NodeJS.Timeout | undefined;
  #page: string | null;
  #isDisposed = false;

  constructor(init: PanelInit) {
    this.#init = init;
    this.#page = init.page;
    const { panel, backend, kind, extensionUri } = init;
    const { bundle, title } = panelKinds[kind];
    this.#subscriptions = [
      panel.onDidDispose(() => this.dispose()),
      panel.onDidChangeViewState(() => {
        if (panel.visible) this.#flush();
      }),
      panel.webview.onDidReceiveMessage((message: unknown) => void this.#receive(message)),
      backend.onChanged((changed) => this.#note(changed)),
    ];
    panel.webview.html = panelHtml(panel.webview, { extensionUri, bundle, title });
  }

  /** Brings it to the front, and to a part of it where one is named. A hidden one is loaded anew and asks for it. */
  reveal(page: string | null): void {
    const { panel, subject } = this.#init;
    this.#page = page;
    if (panel.visible && page !== null) this.#send({ type: 'subject', subject, page: this.#takePage() });
    panel.reveal();
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    void this.#relay?.then((relay) => relay.dispose());
    this.#init.onDisposed();
    this.#init.panel.dispose();
  }

  /** The relay brings zod with it, so it is loaded with the first message. */
  async #receive(message: unknown): Promise<void> {
    const { kind, subject, panel, backend, log } = this.#init;
    this.#relay ??= import('./relay.ts').then(({ Relay }) => new Relay({ kind, subject, backend, log, panel, send: (answer) => this.#send(answer), takePage: () => this.#takePage() }));
    await (await this.#relay).receive(message);
  }

  #takePage(): string | null {
    const page = this.#page;
    this.#page = null;
    return page;
  }

  /** An answer may come to work that outlived its panel. */
  #send(message: ToWebview): void {
    if (this.#isDisposed) return;
    void this.#init.panel.webview.postMessage(message);
  }

  #note({ changes }: Changed): void {
    for (const change of changes) this.#pending.set(`${change.topic}|${change.id ?? ''}`, change);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, updateMs);
  }

  #flush(): void {
    if (this.#pending.size === 0 || !this.#init.panel.visible) return;
    const changes = [...this.#pending.values()];
    this.#pending = new Map();
    this.#send({ type: 'changed', changes });
  }
}
