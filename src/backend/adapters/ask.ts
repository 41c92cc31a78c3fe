import path from 'node:path';
import type { Message } from '../../protocol/datasets.ts';
import { failure, notFound, usageError } from '../../protocol/errors.ts';
import type { AskResult } from '../../protocol/inference.ts';
import type { InferenceClient } from '../inference/client.ts';
import { ggufOf, type CatalogueInit } from '../models/catalogue.ts';
import { builtInModel } from '../models/resolveModel.ts';
import { ggufName } from './adapterFolder.ts';
import type { AdapterPlace } from './register.ts';
import { requireAdapter } from './shelf.ts';

export interface AskInput {
  prompt: string;
  system: string | null;
  /** Model id or path of a GGUF; null is the adapter's base, or the built-in model. */
  model: string | null;
  adapter: string | null;
  maxTokens: number;
  temperature: number;
  seed: number;
}

export interface AskDependencies {
  /** Null outside a workspace: then there are no adapters and no runs. */
  place: AdapterPlace | null;
  catalogue: CatalogueInit;
  client: InferenceClient;
}

export interface AskOptions {
  signal: AbortSignal;
  onText: (text: string) => void;
}

/** One answer to one prompt from the inference host, with or without an adapter. */
export async function ask(dependencies: AskDependencies, input: AskInput, options: AskOptions): Promise<AskResult> {
  const { place, catalogue, client } = dependencies;
  const adapter = input.adapter === null ? null : requireAdapter(requirePlace(place, input.adapter), input.adapter);
  const model = ggufOf(catalogue, input.model ?? adapter?.baseModel ?? builtInModel);
  if (adapter !== null && !adapter.hasGguf) {
    throw failure('adapter_without_gguf', `The adapter ${adapter.id} has no GGUF twin, which the inference host needs.`, {
      hint: 'Its base is of an architecture that the GGUF export does not cover; training adapter test measures it all the same.',
    });
  }
  if (adapter !== null && input.model !== null && input.model !== adapter.baseModel && !input.model.toLowerCase().endsWith('.gguf')) {
    throw usageError('adapter_other_base', `The adapter ${adapter.id} belongs to “${adapter.baseModel}”, not to “${input.model}”.`, { hint: 'Leave --model out.' });
  }
  const messages: Message[] = [
    ...(input.system === null ? [] : [{ role: 'system' as const, content: input.system }]),
    { role: 'user', content: input.prompt },
  ];
  const answer = await client.chat(
    {
      modelPath: model.gguf,
      adapterPath: adapter === null ? null : path.join(adapter.path, ggufName),
      messages,
      sampling: { maxTokens: input.maxTokens, temperature: input.temperature, seed: input.seed },
    },
    { signal: options.signal, onText: options.onText },
  );
  return {
    text: answer.text,
    tokens: answer.tokenIds.length,
    promptTokens: answer.promptTokens,
    tokensPerSecond: answer.tokensPerSecond,
    seconds: answer.seconds,
    stop: answer.stop,
    model: model.id,
    adapter: adapter?.id ?? null,
    costUsd: 0,
  };
}

function requirePlace(place: AdapterPlace | null, adapter: string): AdapterPlace {
  if (place !== null) return place;
  throw notFound('adapter_not_found', `There is no adapter “${adapter}”: nothing was trained in this folder.`, { hint: 'Go to the workspace, or give --workspace.' });
}
