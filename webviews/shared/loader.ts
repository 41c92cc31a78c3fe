import { isTransient } from './problems.ts';

export interface LoaderInit<T> {
  load: (signal: AbortSignal) => Promise<T>;
  onLoaded: (value: T) => void;
  /** A failure that a retry does not mend. */
  onFailed: (error: Error) => void;
  /** True while the backend is away and the loader tries again; false when it answered. */
  onReconnecting: (isReconnecting: boolean) => void;
  /** Least time between two loads. A load that takes long makes it longer, so that the backend is never kept busy. */
  pauseMs: number;
}

const retryMs = 400;

/**
 * Keeps one thing up to date: one load at a time, and one more after it where something changed meanwhile. While the
 * backend is away it tries again until it answers; what was shown stays.
 */
export class Loader<T> {
  readonly #init: LoaderInit<T>;
  #running: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDue = false;
  #isDisposed = false;
  #restUntil = 0;

  constructor(init: LoaderInit<T>) {
    this.#init = init;
  }

  /** Something changed: loads soon. */
  refresh(): void {
    this.#isDue = true;
    this.#schedule();
  }

  /** What is asked for changed: a load that is under way is of no use any more. */
  restart(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#restUntil = 0;
    this.refresh();
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    this.#running?.abort();
  }

  #schedule(): void {
    if (this.#isDisposed || !this.#isDue || this.#running !== undefined) return;
    clearTimeout(this.#timer);
    const waitMs = this.#restUntil - performance.now();
    if (waitMs > 0) this.#timer = setTimeout(() => void this.#run(), waitMs);
    else void this.#run();
  }

  async #run(): Promise<void> {
    const controller = new AbortController();
    this.#running = controller;
    this.#isDue = false;
    const started = performance.now();
    try {
      const value = await this.#init.load(controller.signal);
      if (!this.#isCurrent(controller)) return;
      this.#init.onReconnecting(false);
      this.#init.onLoaded(value);
      this.#restUntil = performance.now() + Math.max(this.#init.pauseMs - (performance.now() - started), 2 * (performance.now() - started));
    } catch (error) {
      if (!this.#isCurrent(controller)) return;
      this.#fail(error);
    }
    this.#running = undefined;
    this.#schedule();
  }

  #fail(error: unknown): void {
    if (isTransient(error)) {
      this.#init.onReconnecting(true);
      this.#isDue = true;
    } else {
      this.#init.onReconnecting(false);
      this.#init.onFailed(error instanceof Error ? error : new Error(String(error)));
    }
    this.#restUntil = performance.now() + retryMs;
  }

  /** Not disposed, and not replaced by a restart. */
  #isCurrent(controller: AbortController): boolean {
    return !this.#isDisposed && this.#running === controller;
  }
}
