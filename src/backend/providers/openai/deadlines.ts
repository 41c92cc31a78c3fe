import { failure, type CampError } from '../../../protocol/errors.ts';

/** How long an answer may be silent. The first piece waits for the model to be loaded and the prompt to be read. */
export interface Timeouts {
  firstPieceMs: number;
  betweenPiecesMs: number;
  wholeMs: number;
}

export const usualTimeouts: Timeouts = { firstPieceMs: 300_000, betweenPiecesMs: 60_000, wholeMs: 1_800_000 };

/**
 * A signal that aborts when the caller's does, or with `provider_timeout` when an answer is silent for too long. `dispose`
 * stops the watch.
 */
export class Deadlines {
  readonly #controller = new AbortController();
  readonly #timeouts: Timeouts;
  readonly #label: string;
  readonly #caller: AbortSignal;
  readonly #whole: NodeJS.Timeout;
  readonly #onAbort = () => this.#controller.abort(this.#caller.reason);
  #silence: NodeJS.Timeout;

  constructor(init: { label: string; timeouts: Timeouts; caller: AbortSignal }) {
    this.#label = init.label;
    this.#timeouts = init.timeouts;
    this.#caller = init.caller;
    this.#caller.addEventListener('abort', this.#onAbort, { once: true });
    this.#whole = this.#after(init.timeouts.wholeMs, 'the whole answer');
    this.#silence = this.#after(init.timeouts.firstPieceMs, 'the beginning of an answer');
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something came. */
  heard(): void {
    clearTimeout(this.#silence);
    this.#silence = this.#after(this.#timeouts.betweenPiecesMs, 'the next piece of an answer');
  }

  dispose(): void {
    clearTimeout(this.#whole);
    clearTimeout(this.#silence);
    this.#caller.removeEventListener('abort', this.#onAbort);
  }

  #after(ms: number, what: string): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(timedOut(this.#label, what, ms)), ms);
  }
}

function timedOut(label: string, what: string, ms: number): CampError {
  return failure('provider_timeout', `${label} took longer than ${String(Math.round(ms / 100) / 10)} s for ${what}.`, {
    hint: 'Try again, or choose another model. A large local model may need a longer time to load: ask it something small first.',
  });
}
