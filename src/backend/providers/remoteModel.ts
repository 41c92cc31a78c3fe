import type { Provider } from '../../protocol/providers.ts';
import type { Home } from '../platform/workspace.ts';
import { capabilityStore } from './capabilityStore.ts';
import type { ChatModel } from './chatModel.ts';
import { keyVariable, type Keys } from './keys.ts';
import { usualRetries, type RetryPolicy } from './openai/backOff.ts';
import { usualTimeouts } from './openai/deadlines.ts';
import { Endpoint } from './openai/endpoint.ts';
import { presetOf } from './presets.ts';
import { labelOf, priceOf } from './provider.ts';

/** What tests make shorter. */
export interface RemoteTuning {
  retryBaseMs: number | null;
}

export interface RemoteModelInit {
  provider: Provider;
  model: string;
  keys: Keys;
  tuning: RemoteTuning;
  home: Home;
}

/** The public client is loaded with the first model that needs it. */
export async function openModel({ provider, model, keys, tuning, home }: RemoteModelInit): Promise<ChatModel> {
  const { OpenAiModel } = await import('./openai/openAiModel.ts');
  const retries: RetryPolicy = { ...usualRetries, ...(tuning.retryBaseMs === null ? {} : { baseMs: tuning.retryBaseMs }) };
  const endpoint = await endpointOf(provider, keys);
  return new OpenAiModel({
    endpoint,
    known: capabilityStore(home, { url: endpoint.url, model, isLoopback: endpoint.isLoopback }),
    model,
    label: `${model} (${labelOf(provider)})`,
    price: priceOf(provider, model),
    maxTokensKey: presetOf(provider.name, provider.url)?.maxTokensKey ?? 'max_tokens',
    timeouts: { ...usualTimeouts, ...(provider.firstPieceSeconds === null ? {} : { firstPieceMs: provider.firstPieceSeconds * 1000 }) },
    retries,
  });
}

export async function endpointOf(provider: Provider, keys: Keys, signal?: AbortSignal): Promise<Endpoint> {
  const { key, place } = await keys.find(provider, signal);
  const variable = keyVariable(provider);
  const keyHint = `Give a key with “Set Key of a Provider” in the editor, ${variable === null ? 'with --key-env' : `in the environment variable ${variable}`}, or: training provider add ${provider.name} --key-stdin`;
  return new Endpoint({ name: provider.name, url: provider.url, key, keyPlace: place, keyHint, allowsHttp: provider.allowsHttp });
}
