import type { Store } from './db.ts';

/** What changed: readers fetch the rows they show. */
type ChangeTopic = 'sessions' | 'datasets' | 'runs' | 'jobs' | 'queue' | 'worker' | 'adapters' | 'settings';

export interface Change {
  seq: number;
  topic: string;
  id: string | null;
  at: string;
}

/** Notes a change within the transaction that makes it. */
export type Note = (topic: ChangeTopic, id?: string) => void;

/**
 * One write transaction: the rows and their lines in `changes` are stored together or not at all. Nested calls become
 * savepoints of the outer one.
 */
export function transact<T>(store: Store, work: (note: Note) => T): T {
  const insert = store.db.prepare<[string, string | null, string]>('INSERT INTO changes (topic, id, at) VALUES (?, ?, ?)');
  const noted = new Set<string>();
  const note: Note = (topic, id) => {
    // A batch may touch one run a thousand times: one line says it.
    const key = `${topic}|${id ?? ''}`;
    if (noted.has(key)) return;
    noted.add(key);
    insert.run(topic, id ?? null, store.clock.now().toISOString());
  };
  return store.db.transaction(() => work(note)).immediate();
}

/** Changes after `seq`, oldest first. */
export function changesAfter(store: Store, seq: number, limit = 1000): Change[] {
  return store.db
    .prepare<[number, number], Change>('SELECT seq, topic, id, at FROM changes WHERE seq > ? ORDER BY seq LIMIT ?')
    .all(seq, limit);
}

export function latestChange(store: Store): number {
  return store.db.prepare<[], { seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM changes').get()?.seq ?? 0;
}

/** Keeps the newest `kept` lines: a reader that is further behind reads everything anew anyway. */
export function pruneChanges(store: Store, kept = 10_000): void {
  store.db.prepare('DELETE FROM changes WHERE seq <= (SELECT max(seq) FROM changes) - ?').run(kept);
}

/**
 * Tells cheaply whether another connection wrote since the last call. SQLite's counter does not see the connection's
 * own writes.
 */
export class ChangeProbe {
  readonly #store: Store;
  #version: unknown;

  constructor(store: Store) {
    this.#store = store;
    this.#version = this.#read();
  }

  hasChanged(): boolean {
    const version = this.#read();
    if (version === this.#version) return false;
    this.#version = version;
    return true;
  }

  #read(): unknown {
    return this.#store.db.pragma('data_version', { simple: true });
  }
}
