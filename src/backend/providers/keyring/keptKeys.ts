import { createHash, randomUUID } from 'node:crypto';
import path from 'node:path';
import pLimit from 'p-limit';
import { z } from 'zod';
import { failure } from '../../../protocol/errors.ts';
import { readJsonFile } from '../../platform/jsonFile.ts';
import { changeAlone } from '../../platform/lockFile.ts';
import { orAborted } from '../../platform/orAborted.ts';
import { writePrivateFile } from '../../platform/privateFile.ts';
import { findHome, type Home } from '../../platform/workspace.ts';
import type { Keyring } from './keyring.ts';
import type { KeyringItem } from './messages.ts';

const ownService = /^training-camp(-[0-9a-f]{12})?$/;
const recordSchema = z.object({
  version: z.literal(1),
  origins: z.record(
    z.string(),
    z.object({
      /** Stays as it was when the home folder moves. */
      service: z.string().regex(ownService),
      /** Another one with each key that is given, so that a process knows that what it read before is of no use. */
      id: z.string(),
    }),
  ),
});
type Origins = z.infer<typeof recordSchema>['origins'];

/**
 * Keys of this home in the keyring. `keyring.json` in the home says for which origins there is one, and holds no secret:
 * the keyring is asked for those alone, once a process.
 */
export class KeptKeys {
  readonly isUsualHome: boolean;
  readonly #file: string;
  readonly #service: string;
  readonly #keyring: Keyring;
  readonly #read = new Map<string, { id: string; key: string }>();
  /** Those who ask for the same key at the same time start one process, and the person unlocks once. */
  readonly #turn = pLimit(1);

  constructor(home: Home, env: NodeJS.ProcessEnv, keyring: Keyring) {
    this.isUsualHome = findHome({ ...env, TRAINING_CAMP_HOME: undefined }, process.platform).root === home.root;
    this.#file = path.join(home.root, 'keyring.json');
    // Two homes of a person keep two keys for one origin.
    this.#service = this.isUsualHome ? 'training-camp' : `training-camp-${createHash('sha256').update(home.root).digest('hex').slice(0, 12)}`;
    this.#keyring = keyring;
  }

  /** Looks at the record alone. */
  has(origin: string): boolean {
    return this.#origins()[origin] !== undefined;
  }

  /** Null where the keyring keeps it, else why not: a clause that goes on from “because”. */
  async keep(origin: string, key: string, signal?: AbortSignal): Promise<string | null> {
    const item = this.#item(origin);
    const problem = await this.#keyring.keep(item, key, signal);
    signal?.throwIfAborted();
    if (problem === null) await this.#change((origins) => ({ ...origins, [origin]: { service: item.service, id: randomUUID() } }));
    return problem;
  }

  /** `keyring_failed` where the keyring can't be asked, `keyring_key_missing` where it has lost the key. */
  async read(origin: string, options: { name: string; signal?: AbortSignal | undefined }): Promise<string> {
    const { name, signal } = options;
    const reading = this.#turn(async () => {
      signal?.throwIfAborted();
      const id = this.#origins()[origin]?.id ?? '';
      const known = this.#read.get(origin);
      if (known?.id === id) return known.key;
      const { key, problem } = await this.#keyring.read(this.#item(origin), signal === undefined ? {} : { signal });
      signal?.throwIfAborted();
      const hint = `Give it in the environment, or again: training provider add ${name} --key-stdin`;
      if (problem !== null) throw failure('keyring_failed', `The key of ${name} is in the keyring, which does not give it: ${problem}.`, { hint: `Unlock the keyring. ${hint} --keep-key file` });
      if (key === null) throw failure('keyring_key_missing', `The keyring no longer holds the key of ${name}.`, { hint });
      this.#read.set(origin, { id, key });
      return key;
    });
    // Whoever gives up does not wait for the turn of another either.
    return await (signal === undefined ? reading : orAborted(reading, signal));
  }

  /**
   * Drops the record, and the secret where the keyring lets go of it. Answers whether there was one, and which item may
   * still be there, because of what. Whoever gives up waits for the keyring no longer.
   */
  async forget(origin: string, signal?: AbortSignal): Promise<{ wasThere: boolean; left: { service: string; problem: string } | null }> {
    if (!this.has(origin)) return { wasThere: false, left: null };
    const item = this.#item(origin);
    const problem = await this.#keyring.forget(item, signal);
    await this.#change(({ [origin]: _forgotten, ...others }) => others);
    this.#read.delete(origin);
    return { wasThere: true, left: problem === null ? null : { service: item.service, problem } };
  }

  /** Whether the keyring answers, and gives every key that it keeps: null, or what is wrong. Asks nothing of a person where it keeps none. */
  async examine(timeoutMs: number, signal: AbortSignal): Promise<string | null> {
    const origins = Object.keys(this.#origins());
    for (const origin of origins.length === 0 ? [nobodys] : origins) {
      const { key, problem } = await this.#keyring.read(this.#item(origin), { timeoutMs, signal });
      signal.throwIfAborted();
      if (problem !== null) return problem;
      if (key === null && origin !== nobodys) return `it has no key for ${origin}`;
    }
    return null;
  }

  get count(): number {
    return Object.keys(this.#origins()).length;
  }

  #item(origin: string): KeyringItem {
    return { service: this.#origins()[origin]?.service ?? this.#service, account: origin };
  }

  #origins(): Origins {
    return readJsonFile(this.#file, recordSchema)?.origins ?? {};
  }

  /** The keyring may have been waited for since the record was read: another process may have written it. */
  async #change(change: (origins: Origins) => Origins): Promise<void> {
    await changeAlone(this.#file, () => writePrivateFile(this.#file, `${JSON.stringify({ version: 1, origins: change(this.#origins()) }, null, 2)}\n`));
  }
}

/** Nothing is ever kept for it: whether it is found says whether the keyring can be asked. */
const nobodys = 'nobody';
