import { randomInt } from 'node:crypto';
import type { InferenceClient } from '../../inference/client.ts';
import type { Capabilities, ChatAnswer, ChatModel, ChatOptions, ChatRequest } from '../chatModel.ts';
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
    const { contextLength } = await this.#init.client.load(this.#init.modelPath, { signal });
    return { structuredOutput: 'asked', hasTools: false, hasLogprobs: false, contextLength };
  }

  async chat(request: ChatRequest, options: ChatOptions): Promise<ChatAnswer> {
    const { client, modelPath, adapterPath, id } = this.#init;
    const { maxTokens, temperature, topP, seed } = request.sampling;
    const messages = request.responseSchema === null ? request.messages : askForSchema(request.messages, request.responseSchema.schema);
    const answer = await client.chat(
      { modelPath, adapterPath, messages, tools: request.tools, sampling: { maxTokens, temperature, topP, seed: seed ?? randomInt(2 ** 31 - 1) } },
      { signal: options.signal, onText: options.onText },
    );
    return {
      text: answer.text,
      toolCalls: [],
      stop: answer.stop,
      usage: { promptTokens: answer.promptTokens, completionTokens: answer.tokenIds.length },
      costUsd: 0,
      model: id,
      seconds: answer.seconds,
    };
  }
}
