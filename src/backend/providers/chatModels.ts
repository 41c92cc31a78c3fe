import path from 'node:path';
import { failure, notFound, usageError, type CampError } from '../../protocol/errors.ts';
import type { ChatModelSummary, DefaultModel, Provider } from '../../protocol/providers.ts';
import { suggest } from '../../common/suggest.ts';
import type { InferenceClient } from '../inference/client.ts';
import { ggufOf, listModels, type CatalogueInit } from '../models/catalogue.ts';
import { builtInModel } from '../models/resolveModel.ts';
import type { ChatModel } from './chatModel.ts';
import { firstThatWorks } from './defaultModel.ts';
import { keyVariable, type Keys } from './keys.ts';
import { editorModelLabel, findEditorModel, type Editor } from './editor/editorModel.ts';
import { LocalModel } from './local/localModel.ts';
import { checkedUrl } from './openai/endpoint.ts';
import { freePrice } from './prices.ts';
import { effectiveProvider, labelOf, priceOf } from './provider.ts';
import { presets } from './presets.ts';
import { readProviders } from './providersFile.ts';
import { openModel, type RemoteTuning } from './remoteModel.ts';

/** An adapter with a GGUF twin, and the model that it belongs to. */
export interface AdapterTarget {
  id: string;
  name: string;
  baseModel: string;
  gguf: string;
}

export interface ChatModelsInit extends CatalogueInit {
  /** The inference host, which is started when a model of this machine is first asked. */
  client: () => InferenceClient;
  keys: Keys;
  tuning: RemoteTuning;
  /** By any of an adapter's names. Throws where there is none, or none with a GGUF. */
  findAdapter: (name: string) => AdapterTarget;
  listAdapters: () => AdapterTarget[];
  /** Null outside of an editor. */
  editor: Editor | null;
}

/** An editor that takes longer to list its models has none for us. */
const editorMs = 10_000;

/** Reference of the model that comes with Training Camp. */
export const builtInReference = 'builtin';
const builtInLabel = 'SmolLM2 135M (built in; small: good for trying things)';

/**
 * Finds models by reference: `builtin`, `local:<id or path of a GGUF>`, `adapter:<id>`, `<provider>:<model>`, `vscode:<family>`, or a
 * provider alone for its own model. A model of a server is the same object as long as its configuration is, so that what
 * was found out about it is kept.
 */
export class ChatModels {
  readonly #init: ChatModelsInit;
  readonly #open = new Map<string, Promise<ChatModel>>();

  constructor(init: ChatModelsInit) {
    this.#init = init;
  }

  /** Aborting gives up on a keyring that waits for a person. */
  async resolve(reference: string, signal?: AbortSignal): Promise<ChatModel> {
    const [kind, name] = splitReference(reference);
    if (reference === builtInReference) return this.#local(reference, builtInLabel, builtInModel, null);
    if (kind === 'local') return this.#local(reference, isBuiltIn(name) ? builtInLabel : `${path.basename(name)} (this machine)`, requireName(reference, name), null);
    if (kind === 'adapter') {
      const adapter = this.#init.findAdapter(requireName(reference, name));
      return this.#local(reference, `${adapter.name} (adapter on ${adapter.baseModel})`, adapter.baseModel, adapter.gguf);
    }
    if (kind === 'vscode') return await findEditorModel(this.#init.editor, requireName(reference, name), AbortSignal.timeout(editorMs));
    return await this.#remote(this.#provider(kind, reference), name === '' ? null : name, signal);
  }

  /** Models that can be named, without asking any server. */
  list(): ChatModelSummary[] {
    const { providers } = readProviders(this.#init.home);
    const local = listModels(this.#init).filter((model) => model.canAsk || model.id === builtInModel);
    return [
      ...local.map((model) => {
        const isFirst = model.id === builtInModel;
        return { reference: isFirst ? builtInReference : `local:${model.id}`, label: isFirst ? builtInLabel : `${model.id} (this machine)`, isLocal: true, price: freePrice, problem: model.canAsk ? null : 'It is not installed: training setup' };
      }),
      ...this.#init.listAdapters().map((adapter) => ({ reference: `adapter:${adapter.id}`, label: `${adapter.name} (adapter on ${adapter.baseModel})`, isLocal: true, price: freePrice, problem: null })),
      ...providers.map(effectiveProvider).flatMap((provider) => (provider.model === null ? [] : [this.#summary(provider, provider.model)])),
    ];
  }

  /** Models of the editor; none outside of one, or where it can't say: the others can be chosen all the same. */
  async listOfEditor(signal: AbortSignal): Promise<ChatModelSummary[]> {
    const models = await this.#init.editor?.chatModels(signal).catch(() => {
      signal.throwIfAborted();
      return [];
    });
    return (models ?? []).map((model) => ({ reference: `vscode:${model.family}`, label: editorModelLabel(model), isLocal: false, price: null, problem: null }));
  }

  /** The model where none is named: the chosen one, else of the first provider that works, else the built-in one. */
  async defaultModel(signal: AbortSignal): Promise<DefaultModel> {
    const file = readProviders(this.#init.home);
    const builtIn = { reference: builtInReference, label: builtInLabel, isBuiltIn: true };
    if (file.defaultModel !== null) {
      const isSmall = file.defaultModel === builtInReference;
      const label = isSmall ? builtInLabel : (this.list().find(({ reference }) => reference === file.defaultModel)?.label ?? file.defaultModel);
      return { reference: file.defaultModel, label, reason: 'It was chosen as the default.', isBuiltIn: isSmall };
    }
    const tried = await firstThatWorks(file.providers.map(effectiveProvider), this.#init.keys, signal);
    if (tried.working !== null) {
      const { reference, label } = this.#summary(tried.working.provider, tried.working.model);
      return { reference, label, reason: `${labelOf(tried.working.provider)} is the first provider that answers.`, isBuiltIn: false };
    }
    const reason = tried.problems.length === 0 ? 'No provider was added.' : `No provider answers: ${tried.problems.join(' ')}`;
    return { ...builtIn, reason: `${reason} The built-in model is real but small: good for trying the flow, weak at writing agents.` };
  }

  #local(reference: string, label: string, nameOrPath: string, adapterPath: string | null): ChatModel {
    const { id, gguf } = ggufOf(this.#init, nameOrPath);
    return new LocalModel({ reference, label, id, modelPath: gguf, adapterPath, client: this.#init.client() });
  }

  #provider(name: string, reference: string): Provider {
    const { providers } = readProviders(this.#init.home);
    const found = providers.find((provider) => provider.name === name) ?? presets.find((preset) => preset.name === name);
    if (found !== undefined) return effectiveProvider(found);
    const names = [builtInReference, ...new Set([...providers, ...presets].map((provider) => provider.name))];
    const near = suggest(name, names);
    const meant = listModels(this.#init).some((model) => model.id === reference) ? ` The model of this machine is local:${reference}.` : '';
    throw notFound('model_not_found', `There is no model “${reference}”.${near === null ? '' : ` Did you mean ${near}?`}${meant}`, {
      hint: `A model is builtin, local:<id or path>, adapter:<id>, or <provider>:<model>, where providers are: ${names.slice(1).join(', ')}. “Add Provider of Chat Models” in the editor, or training provider add NAME, adds one.`,
    });
  }

  async #remote(provider: Provider, model: string | null, signal: AbortSignal | undefined): Promise<ChatModel> {
    const chosen = model ?? provider.model;
    if (chosen === null) {
      throw usageError('model_not_named', `The provider “${provider.name}” has no model of its own: name one.`, { hint: `Such as ${provider.name}:<model>; training provider models ${provider.name} lists them.` });
    }
    const { key, source } = await this.#init.keys.find(provider, signal);
    const variable = keyVariable(provider);
    // Without its key nothing is sent at all.
    if (source === 'missing' && variable !== null) throw keyMissing(provider, variable);
    const identity = JSON.stringify([provider, chosen, key]);
    const open = this.#open.get(identity) ?? openModel({ provider, model: chosen, keys: this.#init.keys, tuning: this.#init.tuning, home: this.#init.home });
    this.#open.set(identity, open);
    return await open;
  }

  #summary(provider: Provider, model: string): ChatModelSummary {
    const { source } = this.#init.keys.locate(provider);
    return {
      reference: `${provider.name}:${model}`,
      label: `${model} (${labelOf(provider)})`,
      isLocal: checkedUrl(provider.url, true).isLoopback,
      price: priceOf(provider, model),
      problem: source === 'missing' ? 'It has no key.' : null,
    };
  }
}

/** Splits at the first colon: paths and models may hold further ones. */
function splitReference(reference: string): [string, string] {
  const colon = reference.indexOf(':');
  return colon < 0 ? [reference, ''] : [reference.slice(0, colon), reference.slice(colon + 1)];
}

function requireName(reference: string, name: string): string {
  if (name !== '') return name;
  throw usageError('model_not_named', `“${reference}” names no model.`, { hint: 'Such as local:smollm2-135m-instruct' });
}

function keyMissing(provider: Provider, variable: string): CampError {
  return failure('provider_key_missing', `There is no key for ${labelOf(provider)}.`, { hint: `“Set Key of a Provider” in the editor takes one, or set the environment variable ${variable}, or: training provider add ${provider.name} --key-stdin` });
}

function isBuiltIn(name: string): boolean {
  return name === builtInModel;
}
