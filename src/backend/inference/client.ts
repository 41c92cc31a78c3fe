import type { z } from 'zod';
import { startChildHost, type ChildHost } from '../platform/childHost.ts';
import { failure, type CampError } from '../../protocol/errors.ts';
import {
  chatResultSchema, completionResultSchema, embedResultSchema, hostMessageSchema, loadResultSchema, renderResultSchema, scoreResultSchema,
  statsResultSchema, tokenizeResultSchema,
  type chatParamsSchema, type embedParamsSchema, type generateParamsSchema, type renderParamsSchema, type scoreParamsSchema,
  type ChatResult, type CompletionResult, type EmbedResult, type HostCall, type InferenceStats, type LoadResult, type RenderResult, type ScoreResult,
} from '../../protocol/inference.ts';

export interface InferenceClientInit {
  /** Bundle or source file of the host. */
  entry: string;
  env: NodeJS.ProcessEnv;
  /** The host ends after this long without a request. */
  idleMs: number;
  /** Before each answer, which takes the processor for long; not before the rest, which is short. */
  onWork?: () => void;
}

export interface AnswerOptions {
  signal?: AbortSignal;
  /** Told when the request's turn has come: the host answers one at a time. */
  onStart?: () => void;
  onText?: (text: string) => void;
}

interface Pending {
  onStart: () => void;
  onText: (text: string) => void;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

const nothing = () => undefined;
const longWork: readonly HostCall['method'][] = ['chat', 'generate', 'score', 'embed'];

/**
 * Talks to the inference host, which is started on first use and ended when idle. A host that dies fails the requests it
 * had; the next request starts another.
 */
export class InferenceClient {
  readonly #init: InferenceClientInit;
  readonly #pending = new Map<number, Pending>();
  #host: ChildHost | undefined;
  #idle: NodeJS.Timeout | undefined;
  #nextId = 1;
  #isDisposed = false;

  constructor(init: InferenceClientInit) {
    this.#init = init;
  }

  /** The host's process while one runs. */
  get pid(): number | undefined {
    return this.#host?.pid;
  }

  async load(modelPath: string, options: AnswerOptions = {}): Promise<LoadResult> {
    return await this.#request({ method: 'load', params: { modelPath } }, loadResultSchema, options);
  }

  /**
   * One answer to a chat, streamed to `onText` as it grows; calls of tools are left out of the text. A response schema
   * that no grammar can hold is `schema_unsupported`.
   */
  async chat(params: z.input<typeof chatParamsSchema>, options: AnswerOptions = {}): Promise<ChatResult> {
    return await this.#request({ method: 'chat', params }, chatResultSchema, options);
  }

  /** How likely given answers are behind a chat, token by token. */
  async score(params: z.input<typeof scoreParamsSchema>, options: AnswerOptions = {}): Promise<ScoreResult> {
    return await this.#request({ method: 'score', params }, scoreResultSchema, options);
  }

  /** Texts as vectors of an embedding model. Any other model is `not_an_embedding_model`, a text that is longer than it takes `text_too_long`. */
  async embed(params: z.input<typeof embedParamsSchema>, options: AnswerOptions = {}): Promise<EmbedResult> {
    return await this.#request({ method: 'embed', params }, embedResultSchema, options);
  }

  /** Continues token ids as they are. */
  async generate(params: z.input<typeof generateParamsSchema>, options: AnswerOptions = {}): Promise<CompletionResult> {
    return await this.#request({ method: 'generate', params }, completionResultSchema, options);
  }

  /** Texts as plain text, without any token added. */
  async tokenize(modelPath: string, texts: string[], options: AnswerOptions = {}): Promise<number[][]> {
    return (await this.#request({ method: 'tokenize', params: { modelPath, texts } }, tokenizeResultSchema, options)).tokens;
  }

  /** Chats as the model sees them, as text and as tokens. */
  async render(params: z.input<typeof renderParamsSchema>, options: AnswerOptions = {}): Promise<RenderResult['chats']> {
    return (await this.#request({ method: 'render', params }, renderResultSchema, options)).chats;
  }

  async stats(): Promise<InferenceStats> {
    return await this.#request({ method: 'stats', params: {} }, statsResultSchema, {});
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#end();
  }

  async #request<Result extends z.ZodType>(call: RequestBody, schema: Result, options: AnswerOptions): Promise<z.output<Result>> {
    options.signal?.throwIfAborted();
    if (this.#isDisposed) throw new Error('the inference client was disposed');
    if (longWork.includes(call.method)) this.#init.onWork?.();
    const host = this.#ensureHost();
    const id = this.#nextId++;
    clearTimeout(this.#idle);
    host.hold(true);
    const onAbort = () => {
      host.send({ id, method: 'abort', params: {} } satisfies HostCall);
      this.#settle(id)?.reject(options.signal?.reason);
    };
    try {
      const value = await new Promise<unknown>((resolve, reject) => {
        this.#pending.set(id, { onStart: options.onStart ?? nothing, onText: options.onText ?? nothing, resolve, reject });
        options.signal?.addEventListener('abort', onAbort, { once: true });
        host.send({ ...call, id });
      });
      return schema.parse(value);
    } finally {
      options.signal?.removeEventListener('abort', onAbort);
      if (this.#pending.size === 0) this.#rest(host);
    }
  }

  #ensureHost(): ChildHost {
    if (this.#host !== undefined) return this.#host;
    const host = startChildHost(this.#init.entry, this.#init.env);
    host.onMessage((message) => this.#receive(message));
    host.onExit((exit) => {
      if (this.#host !== host) return;
      this.#host = undefined;
      this.#failAll(hostEnded(exit));
    });
    this.#host = host;
    return host;
  }

  #receive(received: unknown): void {
    const parsed = hostMessageSchema.safeParse(received);
    if (!parsed.success) {
      // Skipping it could leave a caller waiting for ever.
      this.#failAll(failure('inference_bad_message', 'The inference host sent something that is not a message.', { details: parsed.error.message }));
      return;
    }
    const message = parsed.data;
    if (message.kind === 'ready' || message.id === null) return;
    if (message.kind === 'started') this.#pending.get(message.id)?.onStart();
    else if (message.kind === 'text') this.#pending.get(message.id)?.onText(message.text);
    else if (message.kind === 'result') this.#settle(message.id)?.resolve(message.value);
    else this.#settle(message.id)?.reject(failure(message.code, message.message, message.hint === null ? {} : { hint: message.hint }));
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #failAll(error: CampError): void {
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(error);
  }

  #rest(host: ChildHost): void {
    host.hold(false);
    // Of requests that end together each comes here: a timer that is forgotten would end the host in the middle of a later one.
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#end(), this.#init.idleMs).unref();
  }

  #end(): void {
    clearTimeout(this.#idle);
    const host = this.#host;
    this.#host = undefined;
    host?.kill();
    this.#failAll(hostEnded({ detail: 'closed', log: '' }));
  }
}

type RequestBody = DistributiveOmit<Exclude<HostCall, { method: 'abort' }>, 'id'>;
type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

function hostEnded(exit: { detail: string; log: string }): CampError {
  return failure('inference_host_ended', `The inference host ended in the middle of a request (${exit.detail}).`, {
    hint: 'The next request starts it again. If it keeps ending, memory may be short: try a smaller model, or close other programs.',
    ...(exit.log === '' ? {} : { details: { log: exit.log } }),
  });
}
