import type { LlamaModel, Token } from 'node-llama-cpp';

export interface AnswerTextInit {
  model: LlamaModel;
  /** Texts that end the answer. */
  stop: readonly string[];
  /** What opens a call of a tool; from there on the text is kept back until `release`. */
  held: HeldText | null;
  /** Receives the answer as it grows, cut only between whole characters and never within what may become a stop text. */
  onText: (text: string) => void;
}

export interface HeldText {
  markers: readonly string[];
  /** Held as well where the answer begins with one of these. */
  openings: readonly string[];
}

/** The text of an answer while its tokens come. */
export class AnswerText {
  readonly #init: AnswerTextInit;
  readonly #decoder: TokenDecoder;
  readonly #longestStop: number;
  /** How long the text was before each token. */
  readonly #starts: number[] = [];
  #text = '';
  #sent = 0;
  #heldFrom: number | null = null;
  isStopped = false;

  constructor(init: AnswerTextInit) {
    this.#init = init;
    this.#decoder = new TokenDecoder(init.model);
    this.#longestStop = Math.max(0, ...init.stop.map((text) => text.length));
  }

  /** All of the answer but a stop text and what is behind it. */
  get text(): string {
    return this.#text;
  }

  /** How many tokens the text is made of: those of a stop text are behind it. */
  get tokenCount(): number {
    return this.#starts.filter((start) => start < this.#text.length).length;
  }

  add(token: Token): void {
    this.#starts.push(this.#text.length);
    this.#grow(this.#decoder.add(token));
    this.#send(this.isStopped ? this.#text.length : this.#text.length - this.#openEnd());
  }

  end(): void {
    if (!this.isStopped) this.#grow(this.#decoder.end());
    this.#send(this.#text.length);
  }

  /** Sends what was held back. */
  release(): void {
    this.#heldFrom = Number.POSITIVE_INFINITY;
    this.#send(this.#text.length);
  }

  #grow(piece: string): void {
    const from = Math.max(0, this.#text.length - this.#longestStop);
    this.#text += piece;
    const found = this.#init.stop.map((stop) => this.#text.indexOf(stop, from)).filter((index) => index >= 0);
    if (found.length > 0) {
      this.#text = this.#text.slice(0, Math.min(...found));
      this.isStopped = true;
    }
    this.#heldFrom ??= this.#findHeld();
  }

  #findHeld(): number | null {
    const { held } = this.#init;
    if (held === null) return null;
    const beginning = this.#text.trimStart();
    if (held.openings.some((opening) => beginning.startsWith(opening))) return 0;
    const found = held.markers.map((marker) => this.#text.indexOf(marker)).filter((index) => index >= 0);
    return found.length === 0 ? null : Math.min(...found);
  }

  /** Length of the end that may grow into a stop text or a marker. */
  #openEnd(): number {
    const patterns = [...this.#init.stop, ...(this.#init.held?.markers ?? [])];
    let longest = 0;
    for (const pattern of patterns) {
      for (let length = Math.min(pattern.length - 1, this.#text.length); length > longest; length -= 1) {
        if (this.#text.endsWith(pattern.slice(0, length))) longest = length;
      }
    }
    return longest;
  }

  #send(end: number): void {
    const until = Math.min(end, this.#heldFrom ?? end);
    if (until <= this.#sent) return;
    this.#init.onText(this.#text.slice(this.#sent, until));
    this.#sent = until;
  }
}

/** Turns tokens into text. A character may span tokens: what is not yet a whole one waits. */
class TokenDecoder {
  readonly #model: LlamaModel;
  #written: Token[] = [];
  #waiting: Token[] = [];

  constructor(model: LlamaModel) {
    this.#model = model;
  }

  add(token: Token): string {
    this.#waiting.push(token);
    const text = this.#waitingText();
    // No character takes more than four bytes, so a longer wait is for bytes that never become one.
    return text.endsWith('\ufffd') && this.#waiting.length < 4 ? '' : this.#take(text);
  }

  end(): string {
    return this.#waiting.length === 0 ? '' : this.#take(this.#waitingText());
  }

  #waitingText(): string {
    return this.#model.detokenize(this.#waiting, false, this.#written);
  }

  #take(text: string): string {
    this.#written = [...this.#written, ...this.#waiting].slice(-8);
    this.#waiting = [];
    return text;
  }
}
