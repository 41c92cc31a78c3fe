import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from '../../platform/process.ts';
import type { Fetch } from '../chatModel.ts';
import { KeeperProcess } from './keeperProcess.ts';
import { dropAllKept, dropKept, markAsking, readKept } from './keptFile.ts';

export interface AnswerKeeperInit {
  /** Where answers go that could not be handed over. */
  folder: string;
  entry: string;
  env: NodeJS.ProcessEnv;
  /** Told why calls are made without a keeper. */
  notify: (text: string) => void;
}

/** One call whose answer must not be paid for twice. */
export interface KeptCall {
  /** Asks through the keeper; or answers what was kept of the same call, made by a process that is gone. */
  fetch: Fetch;
  /** The call's outcome is in the journal. */
  settle(): void;
}

/** Who has calls made so that their answers are kept. */
export type KeepsAnswers = Pick<AnswerKeeper, 'call' | 'forget'>;

const lookAgainMs = 200;

/**
 * Has requests made by a process that outlives this one, so that an answer that was paid for is not lost when this one is
 * killed: the next process finds it under the call's name, or waits until it is there. The keeper starts with the first
 * request; where it can't, requests are made directly.
 */
export class AnswerKeeper {
  readonly #init: AnswerKeeperInit;
  #process: KeeperProcess | undefined;
  #isBroken = false;

  constructor(init: AnswerKeeperInit) {
    this.#init = init;
  }

  /** `name` is that of a file: the same for the same call in every process, and for no other. */
  call(name: string): KeptCall {
    const file = path.join(this.#init.folder, `${name}.json`);
    let isFirst = true;
    return {
      fetch: async (url, request) => {
        const kept = isFirst ? await this.#find(file, request.signal) : null;
        // A kept answer that turned out to be of no use is not found again.
        isFirst = false;
        return kept ?? (await this.#ask(file, url, request));
      },
      settle: () => {
        this.#process?.settle(file);
        dropKept(file);
      },
    };
  }

  /** Drops what is left of calls whose names begin so, such as a file that a kill left half written. */
  forget(prefix: string): void {
    dropAllKept(this.#init.folder, prefix);
  }

  /** Lets the keeper go: it ends when it has nothing to do. */
  dispose(): void {
    this.#process?.leave();
    this.#process = undefined;
  }

  async #ask(file: string, ...[url, request]: Parameters<Fetch>): Promise<Response> {
    const started = await this.#started();
    if (started === null) return await fetch(url, request);
    markAsking(file, started.identity);
    return await started.keeper.fetch(file, url, request);
  }

  async #find(file: string, signal: AbortSignal): Promise<Response | null> {
    for (let isGone = false; ; ) {
      const kept = readKept(file);
      if (kept?.state === 'answered') {
        return new Response(Buffer.from(kept.body, 'base64'), { headers: kept.contentType === null ? {} : { 'content-type': kept.contentType } });
      }
      // Its last act may have been to write the answer.
      if (kept === null || isGone || kept.keeper.pid === this.#process?.pid) return null;
      if (isAlive(kept.keeper) === true) await delay(lookAgainMs, undefined, { signal });
      else isGone = true;
    }
  }

  async #started(): Promise<{ keeper: KeeperProcess; identity: ProcessIdentity } | null> {
    if (this.#isBroken) return null;
    if (this.#process?.isGone === true) this.#process = undefined;
    const { entry, env, notify } = this.#init;
    const keeper = (this.#process ??= new KeeperProcess(entry, env));
    const ready = await keeper.ready;
    if (typeof ready !== 'string') return { keeper, identity: ready };
    this.#isBroken = true;
    notify(`Answers that are under way are lost if this process is killed, because what keeps them could not be started (${ready}).`);
    return null;
  }
}

/** File of the keeper: beside this module's bundle, or its source when this module itself runs from source. */
export function keeperEntry(): string {
  const isSource = import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(isSource ? './entry.ts' : './answerKeeper.mjs', import.meta.url));
}
