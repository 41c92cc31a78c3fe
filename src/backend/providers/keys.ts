import path from 'node:path';
import { failure } from '../../protocol/errors.ts';
import type { KeepKey, KeptKey, KeySource, Provider } from '../../protocol/providers.ts';
import type { Check } from '../../protocol/setup.ts';
import type { Home } from '../platform/workspace.ts';
import { KeyFile } from './keyFile.ts';
import { KeptKeys } from './keyring/keptKeys.ts';
import { Keyring, keyringEntry, usualKeyringLimits } from './keyring/keyring.ts';
import { checkedUrl } from './openai/endpoint.ts';
import { presets } from './presets.ts';

export interface KeysInit {
  home: Home;
  env: NodeJS.ProcessEnv;
  /** Told what a person should know and did not ask for. */
  notify: (text: string) => void;
  /** The platform's, where none is given. */
  keyring?: Keyring;
}

/** Where a key comes from; `place` names it in a sentence, and is empty where there is none. */
export interface KeyPlace {
  source: KeySource;
  place: string;
}

/** A doctor that waits longer is waited for longer than a look is worth. */
const examineMs = 5000;

/**
 * Keys, each bound to the origin (scheme, host and port) that it was given for: a provider whose address changes needs its
 * key anew. They come from the editor's secret storage, which hands them over in memory, from the environment, from the
 * platform's keyring, or from `keys.json` in the home folder, which only its owner can read.
 */
export class Keys {
  readonly #file: KeyFile;
  readonly #kept: KeptKeys;
  readonly #env: NodeJS.ProcessEnv;
  readonly #notify: (text: string) => void;
  readonly #fromEditor = new Map<string, string>();

  constructor({ home, env, notify, keyring }: KeysInit) {
    this.#file = new KeyFile(path.join(home.root, 'keys.json'));
    const onWait = () => notify('The keyring has not answered yet: it may be asking you to unlock it.');
    this.#kept = new KeptKeys(home, env, keyring ?? new Keyring({ entry: keyringEntry(), env, limits: usualKeyringLimits, onWait }));
    this.#env = env;
    this.#notify = notify;
  }

  /** Keys that the editor keeps, instead of those that it gave before. They are never written. */
  provide(keys: readonly { origin: string; key: string }[]): void {
    this.#fromEditor.clear();
    for (const { origin, key } of keys) this.#fromEditor.set(origin, key);
  }

  /** Where a provider's key comes from. Asks no keyring: a list is not to wait for one. */
  locate(provider: Provider): KeyPlace {
    const { source, place } = this.#locate(provider);
    return { source, place };
  }

  /** A provider's key. Where the keyring keeps it, that is asked once a process; errors are those of `KeptKeys.read`. */
  async find(provider: Provider, signal?: AbortSignal): Promise<KeyPlace & { key: string | null }> {
    const located = this.#locate(provider);
    if (located.source !== 'keyring') return located;
    return { ...located, key: await this.#kept.read(originOf(provider), { name: provider.name, signal }) };
  }

  #locate(provider: Provider): KeyPlace & { key: string | null } {
    const { url, isLoopback } = checkedUrl(provider.url, true);
    const fromEditor = this.#fromEditor.get(url.origin);
    if (fromEditor !== undefined) return { key: fromEditor, source: 'editor', place: 'the editor’s secret storage' };
    const variable = keyVariable(provider);
    const fromEnvironment = variable === null ? undefined : this.#env[variable];
    if (variable !== null && fromEnvironment !== undefined && fromEnvironment !== '') return { key: fromEnvironment, source: 'environment', place: `the environment variable ${variable}` };
    if (this.#kept.has(url.origin)) return { key: null, source: 'keyring', place: 'the keyring' };
    const fromFile = this.#file.find(url.origin);
    if (fromFile !== undefined) return { key: fromFile, source: 'file', place: this.#file.path };
    return { key: null, source: isLoopback && variable === null ? 'unneeded' : 'missing', place: '' };
  }

  /**
   * Keeps a key for the origin of a provider, in one place: in the keyring, where another process could read it back from
   * there; else in the file. `keyring_failed` where the keyring alone was wanted; nothing is written
   * where the person gives up.
   */
  async keep(provider: Provider, key: string, wanted: KeepKey | null, signal?: AbortSignal): Promise<KeptKey> {
    const origin = originOf(provider);
    const problem = await this.#whyNotInKeyring(origin, key, wanted, signal);
    if (problem === null && wanted !== 'file') {
      await this.#file.forget(origin);
      return { place: 'keyring', file: null, reason: null };
    }
    if (wanted === 'keyring') throw failure('keyring_failed', `The keyring does not keep the key: ${problem ?? ''}.`, { hint: 'Without --keep-key keyring it is kept in a file that only you can read.' });
    await this.#file.keep(origin, key);
    await this.#forgetInKeyring(origin, signal);
    return { place: 'file', file: this.#file.path, reason: problem };
  }

  /** Takes the key of a provider out of the file and the keyring. Answers whether there was one, and none is left. */
  async forget(provider: Provider, signal?: AbortSignal): Promise<boolean> {
    const origin = originOf(provider);
    const wasInFile = await this.#file.forget(origin);
    return (await this.#forgetInKeyring(origin, signal)) || wasInFile;
  }

  /** Forgets the key of an address that no provider has any more, and tells the person: no command could name it. */
  async forgetFormer(provider: Provider, signal: AbortSignal): Promise<void> {
    if (await this.forget(provider, signal)) this.#notify(`The key for ${originOf(provider)} is forgotten: no provider has this address any more.`);
  }

  /** What a doctor says of keys. */
  async examine(signal: AbortSignal): Promise<Check> {
    const id = 'keys';
    const inFile = `Keys that are given with --key-stdin are kept in ${this.#file.path}, which only you can read`;
    if (this.#kept.count === 0 && !this.#kept.isUsualHome) return { id, status: 'ok', message: `${inFile}.`, hint: null };
    const problem = await this.#kept.examine(examineMs, signal);
    if (problem === null) return { id, status: 'ok', message: 'The keyring answers: keys that are given with --key-stdin are kept there.', hint: null };
    if (this.#kept.count === 0) return { id, status: 'ok', message: `${inFile}, and not in the keyring, because ${problem}.`, hint: null };
    return { id, status: 'warning', message: `The keyring has keys of providers and does not give them: ${problem}.`, hint: 'Unlock it, or give the keys again: training provider add NAME --key-stdin' };
  }

  /** Null where it is kept there. A home elsewhere is one by itself: nothing is kept beside it unless it is asked for. */
  async #whyNotInKeyring(origin: string, key: string, wanted: KeepKey | null, signal?: AbortSignal): Promise<string | null> {
    if (wanted === 'file') return null;
    if (wanted === null && !this.#kept.isUsualHome) return 'the home folder is not at its usual place (--keep-key keyring puts keys there all the same)';
    return await this.#kept.keep(origin, key, signal);
  }

  async #forgetInKeyring(origin: string, signal?: AbortSignal): Promise<boolean> {
    const { wasThere, left } = await this.#kept.forget(origin, signal);
    if (left !== null) this.#notify(`The key for ${origin} may still be in the keyring, because ${left.problem}. It is the item “${left.service}” there.`);
    return wasThere && left === null;
  }
}

/**
 * The variable that holds a provider's key: the one it names, or the usual one of a known provider at its own address. At
 * another address the usual one is not asked, because its key was meant for the provider.
 */
export function keyVariable(provider: Provider): string | null {
  if (provider.keyEnv !== null) return provider.keyEnv;
  return presets.find((preset) => new URL(preset.url).origin === originOf(provider))?.keyEnv ?? null;
}

function originOf(provider: Provider): string {
  return checkedUrl(provider.url, true).url.origin;
}
