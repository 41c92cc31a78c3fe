import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { CampError } from '../../../protocol/errors.ts';
import { jsonSchema } from '../../../protocol/json.ts';
import type { InferenceClient } from '../../inference/client.ts';
import type { Capabilities, ChatAnswer, ChatModel, ChatOptions, ChatRequest, LikelihoodRequest } from '../chatModel.ts';
import { askForSchema } from '../messages.ts';
import { freePrice } from '../prices.ts';

export interface LocalModelInit {
  reference: string;
  label: string;
  /** The model as answers name it. */
  id: string;
  modelPath: string;
  adapterPath: string | null;
  client: InferenceClient;
}

const schemaSchema = z.record(z.string(), jsonSchema);

/** A GGUF model of this machine, with or without an adapter, in the inference host. */
export class LocalModel implements ChatModel {
  readonly reference: string;
  readonly label: string;
  readonly isLocal = true;
  readonly price = freePrice;
  readonly #init: LocalModelInit;

  constructor(init: LocalModelInit) {
    this.#init = init;
    this.reference = init.reference;
    this.label = init.label;
  }

  async capabilities(signal: AbortSignal): Promise<Capabilities> {
    const { contextLength, hasTools } = await this.#init.client.load(this.#init.modelPath, { signal });
    return { structuredOutput: 'enforced', hasTools, hasLogprobs: true, contextLength };
  }

  /** A schema that no grammar can hold is asked for in the prompt; the answer is checked by whoever wants it so. */
  async chat(request: ChatRequest, options: ChatOptions): Promise<ChatAnswer> {
    try {
      return await this.#answer(request, options);
    } catch (error) {
      if (request.responseSchema === null || !(error instanceof CampError) || error.code !== 'schema_unsupported') throw error;
      return await this.#answer({ ...request, messages: askForSchema(request.messages, request.responseSchema.schema), responseSchema: null }, options);
    }
  }

  async #answer(request: ChatRequest, options: ChatOptions): Promise<ChatAnswer> {
    const { client, modelPath, adapterPath, id } = this.#init;
    const { seed, ...sampling } = request.sampling;
    const answer = await client.chat(
      {
        modelPath, adapterPath,
        messages: request.messages,
        tools: request.tools,
        sampling: { ...sampling, seed: seed ?? randomInt(2 ** 31 - 1) },
        responseSchema: request.responseSchema === null ? null : schemaSchema.parse(request.responseSchema.schema),
      },
      { signal: options.signal, onText: options.onText },
    );
    return {
      text: answer.text,
      toolCalls: answer.toolCalls,
      stop: answer.toolCalls.length > 0 ? 'toolCalls' : answer.stop,
      usage: { promptTokens: answer.promptTokens, completionTokens: answer.tokenIds.length },
      costUsd: 0,
      model: id,
      seconds: answer.seconds,
    };
  }

  async likelihoods({ messages, answers }: LikelihoodRequest, signal: AbortSignal): Promise<number[]> {
    const { client, modelPath, adapterPath } = this.#init;
    const scored = await client.score({ modelPath, adapterPath, messages, answers }, { signal });
    return scored.answers.map(({ tokens, end, total }) => total / Math.max(1, tokens.length + (end === null ? 0 : 1)));
  }
}
