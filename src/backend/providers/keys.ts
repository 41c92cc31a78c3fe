import path from 'node:path';
import { z } from 'zod';
import { failure } from '../../protocol/errors.ts';
import type { KeySource, Provider } from '../../protocol/providers.ts';
import { readTextFile } from '../platform/files.ts';
import { isOpenToOthers, writePrivateFile } from '../platform/privateFile.ts';
import type { Home } from '../platform/workspace.ts';
import { checkedUrl } from './openai/endpoint.ts';
import { presets } from './presets.ts';

const fileSchema = z.object({ version: z.literal(1), keys: z.record(z.string(), z.string().min(1)) });

/**
 * Keys, each bound to the origin (scheme, host and port) that it was given for: a provider whose address changes needs its
 * key anew. They come from the editor's secret storage, which hands them over in memory, from the environment, or from
 * `keys.json` in the home folder, which only its owner can read. The platforms' keyrings are not used: a binding without a
 * running Secret Service stores nothing and says that it did.
 */
export class Keys {
  readonly #file: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #fromEditor = new Map<string, string>();

  constructor(home: Home, env: NodeJS.ProcessEnv) {
    this.#file = path.join(home.root, 'keys.json');
    this.#env = env;
  }

  /** Keys that the editor keeps, instead of those that it gave before. They are never written. */
  provide(keys: readonly { origin: string; key: string }[]): void {
    this.#fromEditor.clear();
    for (const { origin, key } of keys) this.#fromEditor.set(origin, key);
  }

  find(provider: Provider): { key: string | null; source: KeySource; place: string } {
    const { url, isLoopback } = checkedUrl(provider.url, true);
    const fromEditor = this.#fromEditor.get(url.origin);
    if (fromEditor !== undefined) return { key: fromEditor, source: 'editor', place: 'the editor’s secret storage' };
    const variable = keyVariable(provider);
    const fromEnvironment = variable === null ? undefined : this.#env[variable];
    if (variable !== null && fromEnvironment !== undefined && fromEnvironment !== '') return { key: fromEnvironment, source: 'environment', place: `the environment variable ${variable}` };
    const fromFile = this.#read()[url.origin];
    if (fromFile !== undefined) return { key: fromFile, source: 'file', place: this.#file };
    return { key: null, source: isLoopback && variable === null ? 'unneeded' : 'missing', place: '' };
  }

  /** Writes a key into the file, for the origin of a provider. */
  keep(provider: Provider, key: string): void {
    this.#write({ ...this.#read(), [originOf(provider)]: key });
  }

  /** Takes the key of a provider out of the file. Answers whether there was one. */
  forget(provider: Provider): boolean {
    const { [originOf(provider)]: key, ...others } = this.#read();
    if (key === undefined) return false;
    this.#write(others);
    return true;
  }

  #write(keys: Record<string, string>): void {
    writePrivateFile(this.#file, `${JSON.stringify({ version: 1, keys }, null, 2)}\n`);
  }

  #read(): Record<string, string> {
    const text = readTextFile(this.#file);
    if (text === null) return {};
    if (isOpenToOthers(this.#file)) {
      throw failure('keys_file_open', `Other users of this machine can read ${this.#file}.`, { hint: `Run: chmod 600 "${this.#file}". Keys that others may have read should be replaced.` });
    }
    try {
      return fileSchema.parse(JSON.parse(text)).keys;
    } catch (error) {
      // The cause would quote the file, and with it a key.
      throw failure('keys_file_damaged', `${this.#file} is not a file of keys (${error instanceof z.ZodError ? 'another form' : 'no JSON'}).`, { hint: 'Mend it, or delete it and give the keys again.' });
    }
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
