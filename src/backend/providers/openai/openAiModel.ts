import OpenAI from 'openai';
import { setTimeout as delay } from 'node:timers/promises';
import type { CapabilityStore } from '../capabilityStore.ts';
import type { Capabilities, CapabilityOptions, ChatAnswer, ChatModel, ChatOptions, ChatRequest, Price } from '../chatModel.ts';
import { contentText } from '../messages.ts';
import { costOf } from '../prices.ts';
import { AnswerReader, answerCut } from './answerReader.ts';
import { pauseMs, type RetryPolicy } from './backOff.ts';
import { both, concede, learn, noConcessions, type ConcededStep, type Concessions } from './concessions.ts';
import { Deadlines, type Timeouts } from './deadlines.ts';
import type { Endpoint } from './endpoint.ts';
import { probeCapabilities } from './probe.ts';
import { problemOf, type Problem } from './problems.ts';
import { requestBody } from './requestBody.ts';

export interface OpenAiModelInit {
  endpoint: Endpoint;
  model: string;
  label: string;
  price: Price | null;
  maxTokensKey: Concessions['maxTokensKey'];
  timeouts: Timeouts;
  retries: RetryPolicy;
  /** What was found out before, in other processes as well. */
  known: CapabilityStore;
}

/**
 * A model of an OpenAI-compatible server. A call is tried again after 429, 5xx or a broken connection as long as nothing
 * of its answer was shown; after that a broken stream is `answer_cut`, because another try would show another beginning.
 * A broken try may have been charged by the provider all the same; its tokens are not known and not counted.
 */
export class OpenAiModel implements ChatModel {
  readonly reference: string;
  readonly label: string;
  readonly isLocal: boolean;
  readonly price: Price | null;
  readonly #init: OpenAiModelInit;
  readonly #client: OpenAI;
  /** What it is known not to take; a call in the middle of finding out has its own. */
  #concessions: Concessions;
  #capabilities: { found: Promise<Capabilities>; asker: AbortSignal } | undefined;

  constructor(init: OpenAiModelInit) {
    this.#init = init;
    this.reference = `${init.endpoint.name}:${init.model}`;
    this.label = init.label;
    this.isLocal = init.endpoint.isLoopback;
    this.price = init.price;
    this.#client = init.endpoint.client(OpenAI);
    this.#concessions = noConcessions(init.maxTokensKey);
  }

  /** By a few very short questions, once a machine and for a time. They are charged like any other, and a failure is asked again the next time. */
  async capabilities(signal: AbortSignal, options: CapabilityOptions = {}): Promise<Capabilities> {
    if (options.isFresh === true) this.#capabilities = undefined;
    const asked = (this.#capabilities ??= { found: this.#findOut(signal, options), asker: signal });
    try {
      return await asked.found;
    } catch (error) {
      if (this.#capabilities === asked) this.#capabilities = undefined;
      // Who asked first gave up; that is no answer to the others who waited.
      if (asked.asker !== signal && asked.asker.aborted && !signal.aborted) return await this.capabilities(signal, options);
      throw error;
    }
  }

  async #findOut(signal: AbortSignal, { toll, isFresh = false }: CapabilityOptions): Promise<Capabilities> {
    const { model, known } = this.#init;
    const before = isFresh ? null : known.read();
    if (before !== null) return before;
    const found = await probeCapabilities(this.#client, model, {
      ask: async (request) => await this.chat(request, { signal, onText: () => undefined }),
      structured: () => this.#concessions.structured,
      maxTokensKey: () => this.#concessions.maxTokensKey,
      price: this.price,
      toll,
      signal,
    });
    known.write(found);
    return found;
  }

  async chat(request: ChatRequest, options: ChatOptions): Promise<ChatAnswer> {
    const started = performance.now();
    let known = this.#concessions;
    let concessions = known;
    let step: ConcededStep | null = null;
    for (let failed = 0; ; ) {
      options.signal.throwIfAborted();
      const tried = await this.#try(request, concessions, options);
      if (tried.isAnswered) {
        if (step !== null) this.#concessions = learn(this.#concessions, step);
        return { ...tried.answer, costUsd: costOf(tried.answer.usage, this.price), seconds: (performance.now() - started) / 1000 };
      }
      const { problem, isShown } = tried;
      if (problem.kind === 'final' || isShown) throw isShown && problem.kind === 'passing' ? answerCut(this.label, problem.error) : problem.error;
      if (problem.kind === 'refused') {
        // Another call may have found out more in the meantime.
        const to = known === this.#concessions ? concede(concessions, problem.cause, { hasResponseFormat: request.responseSchema !== null, hasSeed: request.sampling.seed !== null }) : both(concessions, this.#concessions);
        if (to === null) throw problem.error;
        step = known === this.#concessions ? { from: concessions, to } : null;
        known = this.#concessions;
        concessions = to;
        continue;
      }
      failed += 1;
      const pause = pauseMs(this.#init.retries, failed, problem.afterMs);
      if (pause === null) throw problem.error;
      await delay(pause, undefined, { signal: options.signal }).catch(() => options.signal.throwIfAborted());
    }
  }

  async #try(request: ChatRequest, concessions: Concessions, options: ChatOptions): Promise<Try> {
    const { model, timeouts } = this.#init;
    const deadlines = new Deadlines({ label: this.label, timeouts, caller: options.signal });
    const client = options.fetch === undefined ? this.#client : this.#init.endpoint.client(OpenAI, options.fetch);
    const reader = new AnswerReader({ label: this.label, model, onText: options.onText });
    try {
      const stream = await client.chat.completions.create(requestBody(model, request, concessions), { signal: deadlines.signal, timeout: timeouts.wholeMs });
      for await (const chunk of stream) {
        deadlines.heard();
        reader.read(chunk);
      }
      // The client ends a stream that was aborted as if it were over.
      deadlines.signal.throwIfAborted();
      return { isAnswered: true, answer: reader.end() };
    } catch (error) {
      options.signal.throwIfAborted();
      const thrown: unknown = deadlines.signal.aborted ? deadlines.signal.reason : error;
      const problem = problemOf(thrown, { endpoint: this.#init.endpoint, label: this.label, model, sent: request.messages.map(({ content }) => contentText(content)) });
      return { isAnswered: false, problem, isShown: reader.isShown };
    } finally {
      deadlines.dispose();
    }
  }
}

type Try = { isAnswered: true; answer: ReturnType<AnswerReader['end']> } | { isAnswered: false; problem: Problem; isShown: boolean };
