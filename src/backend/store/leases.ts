import { isAlive, processSchema, type ProcessIdentity } from '../platform/process.ts';
import { transact } from './changes.ts';
import type { Store } from './db.ts';

/**
 * A lease in the workspace's database. `token` fences: it rises with every holder, and whoever finishes work under a
 * lease checks that the token is still the newest. `heartbeat` is a counter that the holder raises; how long it stood
 * still is judged by the watcher's own monotonic clock, never by wall-clock times.
 */
export interface Lease {
  holder: ProcessIdentity | null;
  token: number;
  heartbeat: number;
  isHandoverAsked: boolean;
  /** Wall clock: for display and suspicion only. */
  updated: string;
}

interface LeaseRow {
  holder_json: string | null;
  fencing_token: number;
  heartbeat: number;
  handover: number;
  updated_at: string;
}

export function readLease(store: Store, name: string): Lease | null {
  const row = store.db
    .prepare<[string], LeaseRow>('SELECT holder_json, fencing_token, heartbeat, handover, updated_at FROM leases WHERE name = ?')
    .get(name);
  if (row === undefined) return null;
  const parsed = row.holder_json === null ? null : processSchema.safeParse(JSON.parse(row.holder_json));
  return {
    holder: parsed?.success === true ? parsed.data : null,
    token: row.fencing_token,
    heartbeat: row.heartbeat,
    isHandoverAsked: row.handover === 1,
    updated: row.updated_at,
  };
}

/** Whether the lease has a holder that is not known to be dead. */
export function isHeld(lease: Lease | null): boolean {
  return lease !== null && lease.holder !== null && isAlive(lease.holder) !== false;
}

/**
 * Takes the lease when it is free or its holder is dead, else answers null. `expiredToken` names a holder that lives
 * but was seen to stand still for too long: it may be taken from that one and no other.
 */
export function takeLease(store: Store, name: string, holder: ProcessIdentity, expiredToken?: number): number | null {
  return transact(store, (note) => {
    const current = readLease(store, name);
    if (isHeld(current) && current?.token !== expiredToken) return null;
    const token = (current?.token ?? 0) + 1;
    store.db
      .prepare<[string, string, number, string]>(
        `INSERT INTO leases (name, holder_json, fencing_token, heartbeat, handover, updated_at) VALUES (?, ?, ?, 0, 0, ?)
         ON CONFLICT (name) DO UPDATE SET holder_json = excluded.holder_json, fencing_token = excluded.fencing_token,
           heartbeat = 0, handover = 0, updated_at = excluded.updated_at`,
      )
      .run(name, JSON.stringify(holder), token, store.clock.now().toISOString());
    note('worker');
    return token;
  });
}

/** Raises the heartbeat. False: the lease belongs to another by now. */
export function beatLease(store: Store, name: string, token: number): boolean {
  const result = store.db
    .prepare<[string, string, number]>(
      'UPDATE leases SET heartbeat = heartbeat + 1, updated_at = ? WHERE name = ? AND fencing_token = ? AND holder_json IS NOT NULL',
    )
    .run(store.clock.now().toISOString(), name, token);
  return result.changes === 1;
}

/** Gives the lease back; the token stays, so that the next holder's is higher. */
export function releaseLease(store: Store, name: string, token: number): void {
  transact(store, (note) => {
    store.db
      .prepare<[string, string, number]>('UPDATE leases SET holder_json = NULL, handover = 0, updated_at = ? WHERE name = ? AND fencing_token = ?')
      .run(store.clock.now().toISOString(), name, token);
    note('worker');
  });
}

/** Asks whoever holds the lease to let go; the next holder is not asked. */
export function askForHandover(store: Store, name: string): void {
  store.db.prepare<[string]>('UPDATE leases SET handover = 1 WHERE name = ? AND holder_json IS NOT NULL').run(name);
}

/** Watches a lease's heartbeat on the monotonic clock. */
export class LeaseWatch {
  readonly #store: Store;
  readonly #name: string;
  #seen: { token: number; heartbeat: number; sinceMs: number } | null = null;

  constructor(store: Store, name: string) {
    this.#store = store;
    this.#name = name;
  }

  /** How long the present holder's heartbeat has stood still while this watch looked. 0 when it is free. */
  stillMs(): { token: number; ms: number } {
    const lease = readLease(this.#store, this.#name);
    const now = this.#store.clock.monotonicMs();
    if (lease === null || lease.holder === null) return { token: lease?.token ?? 0, ms: 0 };
    if (this.#seen === null || this.#seen.token !== lease.token || this.#seen.heartbeat !== lease.heartbeat) {
      this.#seen = { token: lease.token, heartbeat: lease.heartbeat, sinceMs: now };
    }
    return { token: lease.token, ms: now - this.#seen.sinceMs };
  }
}
