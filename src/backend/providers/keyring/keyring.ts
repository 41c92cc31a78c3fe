import { fileURLToPath } from 'node:url';
import { startChildHost } from '../../platform/childHost.ts';
import { keyringReplySchema, type KeyringItem, type KeyringReply, type KeyringRequest } from './messages.ts';

export interface KeyringInit {
  /** File of the program that speaks with the keyring. */
  entry: string;
  env: NodeJS.ProcessEnv;
  limits: KeyringLimits;
  /** Told once a request when the keyring takes so long that it may be asking the person something. */
  onWait: () => void;
}

export interface KeyringLimits {
  /** A person may have to type a password before anything is kept. */
  keepMs: number;
  readMs: number;
  waitMs: number;
}

export const usualKeyringLimits: KeyringLimits = { keepMs: 60_000, readMs: 30_000, waitMs: 2000 };

/** What came of a request; `problem` is a clause that goes on from “because”. */
export type KeyringRead = { key: string | null; problem: null } | { key: null; problem: string };

/**
 * The keyring of the platform: the Keychain, the Credential Manager, the Secret Service. Each request is made by a process
 * of its own, because native code that waits, asks or crashes must not take this one with it; and because only another
 * process can tell whether what was kept is there.
 */
export class Keyring {
  readonly #init: KeyringInit;

  constructor(init: KeyringInit) {
    this.#init = init;
  }

  /** Null where the keyring keeps the key, as a further process found out; else why not; what it took is taken out again. */
  async keep(item: KeyringItem, key: string, signal?: AbortSignal): Promise<string | null> {
    const { keepMs } = this.#init.limits;
    const kept = await this.#ask({ kind: 'keep', item, key }, keepMs, signal);
    if (kept.kind !== 'kept') return problemOf(kept);
    const found = await this.read(item, signal === undefined ? {} : { signal });
    if (found.key === key) return null;
    await this.forget(item);
    return found.problem ?? 'it says that it keeps the key, and another process does not find it there';
  }

  /** Aborting ends the process that asks, and answers with a problem. */
  async read(item: KeyringItem, options: { signal?: AbortSignal; timeoutMs?: number } = {}): Promise<KeyringRead> {
    const reply = await this.#ask({ kind: 'read', item }, options.timeoutMs ?? this.#init.limits.readMs, options.signal);
    return reply.kind === 'read' ? { key: reply.key, problem: null } : { key: null, problem: problemOf(reply) };
  }

  /** Null where nothing of it is left; else why it may be, as where it is not waited for. */
  async forget(item: KeyringItem, signal?: AbortSignal): Promise<string | null> {
    const reply = await this.#ask({ kind: 'forget', item }, this.#init.limits.readMs, signal);
    return reply.kind === 'forgotten' ? null : problemOf(reply);
  }

  async #ask(request: KeyringRequest, timeoutMs: number, signal?: AbortSignal): Promise<KeyringReply> {
    if (signal?.aborted === true) return failed('it was not waited for');
    const { entry, env, limits, onWait } = this.#init;
    return await new Promise((resolve) => {
      const host = startChildHost(entry, env);
      const finish = (reply: KeyringReply) => {
        clearTimeout(waiting);
        clearTimeout(deadline);
        signal?.removeEventListener('abort', onAbort);
        host.kill();
        resolve(reply);
      };
      const onAbort = () => finish(failed('it was not waited for'));
      const waiting = setTimeout(onWait, limits.waitMs);
      const deadline = setTimeout(() => finish(failed(`it did not answer within ${String(timeoutMs / 1000)} s`)), timeoutMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      host.onMessage((message) => {
        const reply = keyringReplySchema.safeParse(message);
        finish(reply.success ? reply.data : failed('the program that asks it answered something else'));
      });
      // What it wrote to stderr is not passed on: nobody knows what native code quotes.
      host.onExit(({ detail }) => finish(failed(`the program that asks it ended (${detail})`)));
      host.send(request);
    });
  }
}

/** File of the program: beside this module's bundle, or its source when this module itself runs from source. */
export function keyringEntry(): string {
  const isSource = import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(isSource ? './entry.ts' : './keyringProgram.mjs', import.meta.url));
}

function failed(reason: string): KeyringReply {
  return { kind: 'failed', reason };
}

function problemOf(reply: KeyringReply): string {
  return reply.kind === 'failed' ? reply.reason : 'the program that asks it answered something else';
}
