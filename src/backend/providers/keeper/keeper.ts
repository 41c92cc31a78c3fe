import { dropKept, keepAnswer } from './keptFile.ts';
import type { KeeperReply, KeeperRequest } from './messages.ts';

type Ask = Extract<KeeperRequest, { kind: 'ask' }>;

interface Answer {
  contentType: string | null;
  body: Buffer;
}

/** How long calls may still take when nobody is there to watch them. */
const aloneMs = 300_000;

/**
 * Makes requests for another process and passes on what comes. Should that process be gone, it goes on alone: what is under
 * way is finished, and what was answered and not settled is written to files. Until then nothing is written.
 */
export class Keeper {
  readonly #reply: (reply: KeeperReply) => void;
  readonly #onDone: () => void;
  readonly #underWay = new Map<number, AbortController>();
  /** Whole answers that may not be in the journal yet, by their file. */
  readonly #answers = new Map<string, Answer>();
  #isAlone = false;

  /** `onDone`: alone, and nothing is left to do. */
  constructor(init: { reply: (reply: KeeperReply) => void; onDone: () => void }) {
    this.#reply = init.reply;
    this.#onDone = init.onDone;
  }

  receive(request: KeeperRequest): void {
    if (request.kind === 'abort') this.#underWay.get(request.id)?.abort();
    else if (request.kind === 'settle') this.#answers.delete(request.file);
    else void this.#ask(request);
  }

  /** Whom it asked for is gone. */
  goOnAlone(): void {
    this.#isAlone = true;
    for (const [file, { contentType, body }] of this.#answers) keepAnswer(file, contentType, body);
    this.#answers.clear();
    setTimeout(() => {
      for (const call of this.#underWay.values()) call.abort();
    }, aloneMs).unref();
    this.#endWhenDone();
  }

  async #ask({ id, file, url, method, headers, body }: Ask): Promise<void> {
    const abort = new AbortController();
    this.#underWay.set(id, abort);
    try {
      const response = await fetch(url, { method, headers, body, redirect: 'error', signal: abort.signal });
      this.#reply({ kind: 'head', id, status: response.status, headers: [...response.headers] });
      const pieces: Uint8Array[] = [];
      const content: ReadableStream<Uint8Array> | null = response.body;
      for await (const piece of content ?? []) {
        pieces.push(piece);
        this.#reply({ kind: 'piece', id, base64: Buffer.from(piece).toString('base64') });
      }
      if (response.status === 200) this.#keep(file, { contentType: response.headers.get('content-type'), body: Buffer.concat(pieces) });
      else if (this.#isAlone) dropKept(file);
      this.#reply({ kind: 'end', id });
    } catch (error) {
      if (this.#isAlone) dropKept(file);
      this.#reply({ kind: 'failed', id, ...describe(error) });
    } finally {
      this.#underWay.delete(id);
      this.#endWhenDone();
    }
  }

  #keep(file: string, answer: Answer): void {
    if (this.#isAlone) keepAnswer(file, answer.contentType, answer.body);
    else this.#answers.set(file, answer);
  }

  #endWhenDone(): void {
    if (this.#isAlone && this.#underWay.size === 0) this.#onDone();
  }
}

/** What a failed request throws says what happened in its cause, such as ECONNREFUSED. */
function describe(error: unknown): { message: string; code: string | null } {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return { message: String(cause), code: null };
  return { message: cause.message, code: 'code' in cause && typeof cause.code === 'string' ? cause.code : null };
}
