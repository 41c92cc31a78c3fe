import type { Changed } from '../../protocol/contract.ts';
import { toErrorDocument, type ErrorDocument } from '../../protocol/errors.ts';
import type { Services } from '../services.ts';
import { changesAfter, latestChange } from '../store/changes.ts';

/** Views follow what other processes write within half a second. */
const pollMs = 200;
/** A dead worker is noticed, and a database that did not open tried again. */
const lookAgainMs = 5000;

export interface ChangeFeedInit {
  services: Services;
  onChanged: (changed: Changed) => void;
  onStoreFailed: (error: ErrorDocument | null) => void;
  onError: (error: unknown) => void;
}

/**
 * Tells what changed in the workspace's store, whoever wrote it. It opens the database when there is one and makes none:
 * a folder that is only looked at stays as it is.
 */
export class ChangeFeed {
  readonly #init: ChangeFeedInit;
  #timer: NodeJS.Timeout | undefined;
  #seq: number | null = null;
  #failure: string | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(init: ChangeFeedInit) {
    this.#init = init;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.poll(), pollMs);
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Looks now: a handler that wrote need not wait for the next turn. */
  poll(): void {
    const { services } = this.#init;
    try {
      if (this.#failure !== null && performance.now() - this.#lookedAt < lookAgainMs) return;
      if (services.isStoreReplaced) {
        services.closeStore();
        this.#seq = null;
      }
      if (!services.hasState) {
        this.#seq = null;
        return;
      }
      this.#tellChanges();
      this.#tellFailure(null);
      this.#lookNowAndThen();
    } catch (error) {
      this.#lookedAt = performance.now();
      this.#seq = null;
      this.#tellFailure(toErrorDocument(services.explain(error)));
    }
  }

  #tellChanges(): void {
    const { store } = this.#init.services;
    const latest = latestChange(store);
    if (this.#seq === latest) return;
    // A database that appeared, or was made again, is news as a whole.
    const isNew = this.#seq === null || latest < this.#seq;
    const changes = isNew ? [{ topic: 'everything', id: null }] : dedupe(changesAfter(store, this.#seq ?? 0));
    this.#seq = latest;
    this.#init.onChanged({ seq: latest, changes });
  }

  #tellFailure(document: ErrorDocument | null): void {
    const key = document === null ? null : `${document.code} ${document.message}`;
    if (key === this.#failure) return;
    this.#failure = key;
    this.#init.onStoreFailed(document);
  }

  #lookNowAndThen(): void {
    if (performance.now() - this.#lookedAt < lookAgainMs) return;
    this.#lookedAt = performance.now();
    this.#init.services.jobs.reconcile().catch((error: unknown) => this.#init.onError(error));
  }
}

function dedupe(changes: readonly { topic: string; id: string | null }[]): Changed['changes'] {
  const byKey = new Map(changes.map(({ topic, id }) => [`${topic}|${id ?? ''}`, { topic, id }]));
  return [...byKey.values()];
}
