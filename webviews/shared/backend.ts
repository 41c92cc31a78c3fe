import type { MethodName, ParamsInput, Progress, Result } from '../../src/protocol/contract.ts';
import type { PanelAction } from '../../src/protocol/panelKinds.ts';
import type { FromWebview, ToWebview } from '../../src/protocol/panels.ts';
import { RequestError } from './problems.ts';
import { vscodeApi } from './vscodeApi.ts';

/** A request that is not answered by then has failed: nothing waits for ever. */
const answerMs = 60_000;
/** The same for long work, counted from the last word of how far it is. */
const silenceMs = 600_000;

/** `runs/envelopes` as it arrives here: numbers as ArrayBuffers. */
export type Delivered<Name extends MethodName> = Name extends 'runs/envelopes'
  ? Omit<Result<Name>, 'series'> & { series: (Omit<Result<Name>['series'][number], 'data'> & { data: ArrayBuffer })[] }
  : Result<Name>;

export interface Change {
  topic: string;
  id: string | null;
}

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
  onProgress: (progress: Progress) => void;
}

interface Asking {
  signal: AbortSignal | undefined;
  onProgress: ((progress: Progress) => void) | undefined;
  /** Null waits for ever. */
  limitMs?: number | null;
}

/** The way from a panel to the backend: requests, and what changed. One for each page. */
export class PanelBackend {
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(changes: readonly Change[]) => void>();
  /** Of its own page: a panel that is shown again is a new page, and answers to the old one are none of its. */
  #nextId = Date.now() * 1000;
  #tellSubject: (subject: string) => void = () => undefined;
  #page: string | null = null;
  #showPage: (page: string) => void = (page) => {
    this.#page = page;
  };
  /** The run, the dataset … that the panel shows. */
  readonly subject: Promise<string>;

  constructor() {
    this.subject = new Promise((resolve) => {
      this.#tellSubject = resolve;
    });
    window.addEventListener('message', (event: MessageEvent<ToWebview>) => this.#receive(event.data));
    post({ type: 'ready' });
  }

  /** Throws `RequestError`. An aborted signal ends the work in the backend too, and so does no answer within a minute. */
  async request<Name extends MethodName>(method: Name, params: ParamsInput<Name>, signal?: AbortSignal): Promise<Delivered<Name>> {
    return await this.#ask(method, params, { signal, onProgress: undefined });
  }

  /** For methods that tell how far they are, and may take minutes. */
  async requestWithProgress<Name extends MethodName>(method: Name, params: ParamsInput<Name>, run: { signal: AbortSignal; onProgress: (progress: Progress) => void }): Promise<Delivered<Name>> {
    return await this.#ask(method, params, run);
  }

  /** For work that goes on without its panel: it is waited for as long as the page lives. */
  async requestWork<Name extends MethodName>(method: Name, params: ParamsInput<Name>): Promise<Delivered<Name>> {
    return await this.#ask(method, params, { signal: undefined, onProgress: undefined, limitMs: null });
  }

  /** At most ten times a second, and never while the panel is hidden. Answers how to stop listening. */
  onChanged(listener: (changes: readonly Change[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Told which part of the panel a command asks for, now and whenever it does. */
  onPage(show: (page: string) => void): void {
    this.#showPage = show;
    if (this.#page !== null) show(this.#page);
    this.#page = null;
  }

  /** Carries out one of the panel's actions (panelKinds.ts) in the editor: without an argument with the panel's subject, with null without one. */
  act(action: PanelAction, argument?: string | null): void {
    post({ type: 'act', action, ...(argument === undefined ? {} : { argument }) });
  }

  /** Names the panel's tab after what it shows. */
  entitle(title: string): void {
    post({ type: 'entitle', title: title.slice(0, 200) });
  }

  /** Opens a source file at a line in the editor, where it lies in the workspace. */
  openSource(file: string, line: number): void {
    post({ type: 'openSource', file, line });
  }

  /** Asks where to save, and saves. */
  save(name: string, base64: string): void {
    post({ type: 'save', name, base64 });
  }

  async #ask<Name extends MethodName>(method: Name, params: ParamsInput<Name>, { signal, onProgress, limitMs = onProgress === undefined ? answerMs : silenceMs }: Asking): Promise<Delivered<Name>> {
    const id = this.#nextId++;
    const giveUp = (code: string, message: string) => {
      post({ type: 'cancel', id });
      this.#take(id)?.reject(new RequestError({ code, message }));
    };
    const cancel = () => giveUp('cancelled', 'cancelled');
    const limit = () => (limitMs === null ? undefined : setTimeout(() => giveUp('timed_out', `${method} was not answered.`), limitMs));
    let timer = limit();
    const note = (progress: Progress) => {
      clearTimeout(timer);
      timer = limit();
      onProgress?.(progress);
    };
    signal?.addEventListener('abort', cancel);
    try {
      return await new Promise<Delivered<Name>>((resolve, reject) => {
        this.#waiting.set(id, { resolve: (result) => resolve(result as Delivered<Name>), reject, onProgress: note });
        post({ type: 'request', id, method, params });
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    }
  }

  #receive(message: ToWebview): void {
    switch (message.type) {
      case 'subject':
        this.#tellSubject(message.subject);
        if (message.page !== null) this.#showPage(message.page);
        return;
      case 'result':
        this.#take(message.id)?.resolve(message.result);
        return;
      case 'error':
        this.#take(message.id)?.reject(new RequestError(message.error));
        return;
      case 'progress':
        this.#waiting.get(message.id)?.onProgress(message.progress);
        return;
      case 'changed':
        for (const listener of this.#listeners) listener(message.changes);
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}

function post(message: FromWebview): void {
  vscodeApi.postMessage(message);
}
