import { notFound, usageError } from '../../protocol/errors.ts';
import { providerNameSchema, type DetectResult, type KeepKey, type Provider, type ProviderResult, type ProviderSummary, type ProviderTestResult, type ProvidersFile } from '../../protocol/providers.ts';
import type { Home } from '../platform/workspace.ts';
import type { ChatModel, Price } from './chatModel.ts';
import type { ChatModels } from './chatModels.ts';
import { detectServers, localPresets } from './detect.ts';
import { keyVariable, type Keys } from './keys.ts';
import { checkedUrl } from './openai/endpoint.ts';
import { effectiveProvider, labelOf, priceOf } from './provider.ts';
import { presets } from './presets.ts';
import { changeProviders, readProviders } from './providersFile.ts';
import { endpointOf } from './remoteModel.ts';
import { serverModels } from './serverModels.ts';

export interface AddProvider {
  name: string;
  /** Null keeps that of a provider which is there, or takes that of the known provider of this name. */
  url: string | null;
  model: string | null;
  keyEnv: string | null;
  key: string | null;
  /** Null: in the keyring where it proves to keep it, else in the file of keys. */
  keepKey: KeepKey | null;
  allowsHttp: boolean;
  /** For the model. */
  price: { inputUsd: number; outputUsd: number } | null;
  firstPieceSeconds: number | null;
  /** Makes its model the default. */
  isDefault: boolean;
}

export interface Providers {
  /** Those that were added, in order, then the known ones. */
  list(): ProviderSummary[];
  /** Adds a provider, or changes the one of that name. Asks no server. */
  add(input: AddProvider, signal: AbortSignal): Promise<ProviderResult>;
  /** Removed at once, and its key as soon as the keyring lets go of it. */
  remove(name: string, signal: AbortSignal): Promise<{ name: string; isKeyForgotten: boolean }>;
  detect(signal: AbortSignal): Promise<DetectResult>;
  models(name: string, signal: AbortSignal): Promise<{ name: string; models: { id: string; reference: string; price: Price | null }[] }>;
  /** `vscode` tests a model of the editor. Greets a model and asks what it can do: a few short questions, which cost what they cost. */
  test(name: string, model: string | null, signal: AbortSignal): Promise<ProviderTestResult>;
}

export function makeProviders({ home, keys, chatModels }: { home: Home; keys: Keys; chatModels: ChatModels }): Providers {
  const require = (name: string): Provider => {
    const file = readProviders(home);
    const found = file.providers.find((provider) => provider.name === name) ?? presets.find((preset) => preset.name === name);
    if (found !== undefined) return effectiveProvider(found);
    throw notFound('provider_not_found', `There is no provider “${name}”.`, { hint: `There are: ${[...new Set([...file.providers, ...presets].map((provider) => provider.name))].join(', ')}.` });
  };
  return {
    list: () => {
      const { providers } = readProviders(home);
      const known = presets.filter((preset) => !providers.some(({ name }) => name === preset.name));
      return [...providers.map((provider) => summaryOf(provider, keys, true)), ...known.map((preset) => summaryOf(effectiveProvider(preset), keys, false))];
    },
    add: async (input, signal) => await addProvider({ home, keys, signal }, input),
    remove: async (name, signal) => {
      const removed = readProviders(home).providers.find((provider) => provider.name === name);
      if (removed === undefined) throw notFound('provider_not_found', `The provider “${name}” was not added.`, { hint: 'training provider list shows them.' });
      const { providers } = await changeProviders(home, (file) => {
        const isStillDefault = file.defaultModel?.startsWith(`${name}:`) !== true;
        return { ...file, providers: file.providers.filter((provider) => provider.name !== name), defaultModel: isStillDefault ? file.defaultModel : null };
      });
      return { name, isKeyForgotten: !sharesOrigin(removed, providers) && (await keys.forget(removed, signal)) };
    },
    detect: async (signal) => await detectServers(localPresets, readProviders(home).providers.map(({ name }) => name), signal),
    models: async (name, signal) => {
      const provider = require(name);
      const ids = await serverModels(await endpointOf(provider, keys, signal), signal);
      return { name, models: ids.map((id) => ({ id, reference: `${name}:${id}`, price: priceOf(provider, id) })) };
    },
    test: async (name, model, signal) => {
      if (name === 'vscode' && model !== null) return { name, url: '', model, keySource: 'unneeded', keyPlace: '', ...(await greet(await chatModels.resolve(`vscode:${model}`), signal)) };
      const provider = require(name);
      const chosen = model ?? provider.model ?? (await serverModels(await endpointOf(provider, keys, signal), signal))[0];
      if (chosen === undefined) throw notFound('model_not_found', `The provider “${name}” has no model.`, { hint: 'Load or download one in the server first.' });
      const greeted = await greet(await chatModels.resolve(`${name}:${chosen}`, signal), signal);
      const { source, place } = keys.locate(provider);
      return { name, url: provider.url, model: chosen, keySource: source, keyPlace: place, ...greeted };
    },
  };
}

/** Asks anew what is known of the model already: it is a test. */
async function greet(model: ChatModel, signal: AbortSignal): Promise<Pick<ProviderTestResult, 'answer' | 'seconds' | 'usage' | 'costUsd' | 'capabilities'>> {
  const sampling = { temperature: 0, topP: 1, maxTokens: 200, seed: null, stop: [] };
  const greeting = await model.chat({ messages: [{ role: 'user', content: 'Greet me in five words.' }], tools: [], responseSchema: null, sampling }, { signal, onText: () => undefined });
  const answers = [greeting];
  const capabilities = await model.capabilities(signal, { isFresh: true, toll: { before: () => undefined, after: (answer) => answers.push(answer) } });
  const usage = { promptTokens: totalOf(answers.map((answer) => answer.usage.promptTokens)), completionTokens: totalOf(answers.map((answer) => answer.usage.completionTokens)) };
  return { answer: greeting.text, seconds: greeting.seconds, usage, costUsd: totalOf(answers.map((answer) => answer.costUsd)), capabilities };
}

/** Null where one of them is not known. */
function totalOf(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0);
}

async function addProvider({ home, keys, signal }: { home: Home; keys: Keys; signal: AbortSignal }, input: AddProvider): Promise<ProviderResult> {
  const name = providerNameSchema.safeParse(input.name);
  if (!name.success) throw usageError('provider_name_invalid', `A provider’s name ${name.error.issues[0]?.message ?? 'is another'}.`, { hint: 'Such as work-vllm' });
  const asked = withProvider(readProviders(home), input);
  // First of all: where the keyring was insisted on and does not keep it, all stays as it was.
  const kept = input.key === null ? null : await keys.keep(asked.provider, input.key, input.keepKey, signal);
  // The person may have been asked for a password meanwhile: others may have added theirs.
  let added = asked;
  await changeProviders(home, (file) => {
    added = withProvider(file, input);
    return added.file;
  });
  const { earlier } = asked;
  if (earlier !== undefined && !sharesOrigin(earlier, added.file.providers)) await keys.forgetFormer(earlier, signal);
  return { provider: summaryOf(added.provider, keys, true), kept };
}

/** The file with the provider in it, as it is then. */
function withProvider(file: ProvidersFile, input: AddProvider): { provider: Provider; earlier: Provider | undefined; file: ProvidersFile } {
  const earlier = file.providers.find((provider) => provider.name === input.name);
  const url = input.url ?? earlier?.url ?? presets.find((preset) => preset.name === input.name)?.url;
  if (url === undefined) throw usageError('provider_url_missing', `“${input.name}” is no known provider: give its base URL.`, { hint: `Add --url, or take one of: ${presets.map((preset) => preset.name).join(', ')}.` });
  const allowsHttp = input.allowsHttp || (earlier?.allowsHttp === true && earlier.url === url);
  checkedUrl(url, allowsHttp);
  const model = input.model ?? earlier?.model ?? null;
  if (model === null && (input.price !== null || input.isDefault)) throw usageError('model_not_named', 'A price, and the default, are those of a model: name it.', { hint: 'Add --model.' });
  const price = input.price === null || model === null ? {} : { [model]: { ...input.price, date: today(), source: 'given by hand' } };
  // A variable that was named for one address is not asked for another.
  const keyEnv = input.keyEnv ?? (earlier?.url === url ? earlier.keyEnv : null);
  const provider = effectiveProvider({ name: input.name, url, model, keyEnv, allowsHttp, prices: { ...earlier?.prices, ...price }, firstPieceSeconds: input.firstPieceSeconds ?? earlier?.firstPieceSeconds ?? null });
  const providers = earlier === undefined ? [...file.providers, provider] : file.providers.map((candidate) => (candidate === earlier ? provider : candidate));
  return { provider, earlier, file: { ...file, providers, defaultModel: input.isDefault ? `${provider.name}:${String(model)}` : file.defaultModel } };
}

/** A key is that of an origin: it stays where another provider has the same. */
function sharesOrigin(provider: Provider, others: readonly Provider[]): boolean {
  return others.some(({ url }) => new URL(url).origin === new URL(provider.url).origin);
}

function summaryOf(provider: Provider, keys: Keys, isConfigured: boolean): ProviderSummary {
  const { source } = keys.locate(provider);
  return {
    name: provider.name,
    label: labelOf(provider),
    url: provider.url,
    isConfigured,
    isLoopback: checkedUrl(provider.url, true).isLoopback,
    model: provider.model,
    keySource: source,
    keyEnv: keyVariable(provider),
    price: provider.model === null ? null : priceOf(provider, provider.model),
    problem: source === 'missing' ? 'It has no key.' : null,
  };
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
