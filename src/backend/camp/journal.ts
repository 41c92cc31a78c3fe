import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../common/canonicalJson.ts';
import { usageSchema } from '../../protocol/agentDefinitions.ts';
import { toolCallSchema } from '../../protocol/datasets.ts';
import { CampError, failure } from '../../protocol/errors.ts';
import type { SessionId } from '../../protocol/ids.ts';
import { sha256Of } from '../platform/fileHash.ts';
import { withChat, type ChatAnswer, type ChatModel, type ChatOptions, type ChatRequest, type Toll } from '../providers/chatModel.ts';
import type { KeepsAnswers } from '../providers/keeper/answerKeeper.ts';
import { callTotals, discardAnswers, findAnswer, insertAnswer, insertFailedCall, wastedCalls, type CallKey } from '../store/camp/modelCalls.ts';
import type { Store } from '../store/db.ts';

const answerSchema: z.ZodType<ChatAnswer> = z.object({
  text: z.string(),
  toolCalls: z.array(toolCallSchema),
  stop: z.enum(['stop', 'length', 'toolCalls']),
  usage: usageSchema,
  costUsd: z.number().nullable(),
  model: z.string(),
  seconds: z.number(),
});

export interface JournalInit {
  store: Store;
  session: SessionId;
  costCapUsd: number | null;
  /** What was spent where the session came from. */
  spentBeforeUsd: number;
  keeper: KeepsAnswers;
}

/** Codes of errors that stop all of a session's calls. */
export const stoppingCodes: ReadonlySet<string> = new Set(['cost_cap_reached', 'price_unknown']);

/**
 * The journal of one piece of work on a session. An answer is stored before it is used, and a call that was answered
 * before is not made again: not after a crash, not after a failure elsewhere. A scope says what calls are for, such as a
 * lineage's planning for a cycle; equal requests of a scope are told apart by their order.
 */
export class Journal {
  readonly #init: JournalInit;
  readonly #ordinals = new Map<string, number>();
  /** Whether the last call of a scope was answered. */
  readonly #wasAnswered = new Map<string, boolean>();

  constructor(init: JournalInit) {
    this.#init = init;
  }

  /** The model with the journal between. `tries`: how often this work failed before; what is sampled anew is sampled otherwise. */
  on(model: ChatModel, scope: () => string, tries: number): ChatModel {
    return {
      ...withChat(model, async (request, options) => await this.#chat(model, { request, scope: scope(), tries }, options)),
      capabilities: async (signal, options) => await model.capabilities(signal, { ...options, toll: this.#tollOf(model) }),
    };
  }

  /**
   * Tells the journal that the work of a scope failed. Where its last call was answered, the answers are what it failed by:
   * a further try asks again. Where the call failed, what was answered before it is kept.
   */
  settleFailure(scope: string): void {
    if (this.#wasAnswered.get(scope) === true) discardAnswers(this.#init.store, this.#init.session, scope);
  }

  /** Does work of a scope that no lineage keeps the tries of. Where it fails, a further try asks again, and otherwise. */
  async during<Result>(scope: string, model: ChatModel, work: (model: ChatModel) => Promise<Result>): Promise<Result> {
    const tries = wastedCalls(this.#init.store, this.#init.session, scope);
    try {
      return await work(this.on(model, () => scope, tries));
    } catch (error) {
      this.settleFailure(scope);
      throw error;
    }
  }

  async #chat(model: ChatModel, { request, scope, tries }: { request: ChatRequest; scope: string; tries: number }, options: ChatOptions): Promise<ChatAnswer> {
    options.signal.throwIfAborted();
    const { store } = this.#init;
    const key = this.#keyOf(model, request, scope);
    const kept = this.#init.keeper.call(keptName(key, tries));
    const stored = findAnswer(store, key);
    if (stored !== null) {
      kept.settle();
      const answer = answerSchema.parse(JSON.parse(stored));
      this.#wasAnswered.set(scope, true);
      options.onText(answer.text);
      return answer;
    }
    this.#requireBudget(model);
    this.#wasAnswered.set(scope, false);
    let answer: ChatAnswer;
    try {
      answer = await model.chat(tries === 0 ? request : sampledAnew(request, tries), { ...options, fetch: kept.fetch });
    } catch (error) {
      const code = error instanceof CampError ? error.code : options.signal.aborted ? 'cancelled' : 'internal';
      insertFailedCall(store, key, { model: model.reference, promptTokens: null, completionTokens: null, costUsd: null }, code);
      kept.settle();
      throw error;
    }
    insertAnswer(store, key, { model: answer.model, ...answer.usage, costUsd: answer.costUsd }, JSON.stringify(answer));
    kept.settle();
    this.#wasAnswered.set(scope, true);
    return answer;
  }

  /** The questions about what a model can do are this session's where it is the first to ask them; nobody asks for their answers again. */
  #tollOf(model: ChatModel): Toll {
    const { store, session } = this.#init;
    return {
      before: () => this.#requireBudget(model),
      after: (answer) => insertAnswer(store, { session, scope: capabilityScope, requestSha256: sha256Of(randomUUID()), ordinal: 0 }, { model: answer.model, ...answer.usage, costUsd: answer.costUsd }, JSON.stringify(answer)),
    };
  }

  #keyOf(model: ChatModel, request: ChatRequest, scope: string): CallKey {
    const requestSha256 = sha256Of(canonicalJson({ model: model.reference, ...request }));
    const place = `${scope}|${requestSha256}`;
    const ordinal = this.#ordinals.get(place) ?? 0;
    this.#ordinals.set(place, ordinal + 1);
    return { session: this.#init.session, scope, requestSha256, ordinal };
  }

  /** Calls that are under way when the cap is reached still end, so the cap may be passed by as many calls as run at once. */
  #requireBudget(model: ChatModel): void {
    const { store, session, costCapUsd, spentBeforeUsd } = this.#init;
    if (costCapUsd === null || (model.isLocal && model.price === null)) return;
    if (model.price === null) {
      throw failure('price_unknown', `The session has a cost cap, and no price is known for ${model.label}: the cap could not be held.`, { hint: 'Give the price with training provider add, or take the cap away in the session’s settings or with training session set S --cost-cap none' });
    }
    const spent = callTotals(store, session).costUsd + spentBeforeUsd;
    if (spent < costCapUsd) return;
    throw failure('cost_cap_reached', `The session has spent $${spent.toFixed(4)}, and its cap is $${String(costCapUsd)}.`, { hint: 'Everything that was paid for is kept. Raise the cap in the session’s settings, or with training session set S --cost-cap USD, and go on.' });
  }
}

/** What a call is kept as outside the journal. An answer that was of no use is not that of a further try. */
function keptName({ session, ...call }: CallKey, tries: number): string {
  return `${session}.${sha256Of(canonicalJson({ ...call, tries }))}`;
}

const capabilityScope = 'capabilities';
const seeds = 2 ** 31;

function sampledAnew(request: ChatRequest, tries: number): ChatRequest {
  const { seed } = request.sampling;
  return seed === null ? request : { ...request, sampling: { ...request.sampling, seed: (seed + tries * 1_000_003) % seeds } };
}
