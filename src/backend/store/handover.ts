import { failure } from '../../protocol/errors.ts';
import { blockMs, type Clock } from '../platform/clock.ts';
import { isAlive, processSchema } from '../platform/process.ts';
import type { Db } from './sqlite.ts';

const waitMs = 15_000;

/**
 * Asks a running worker to let go before the schema changes under it. Its trainers go on; the next worker adopts
 * them. Plain SQL over the lease's row, because this runs while the schema is still the older one.
 */
export function requestHandover(db: Db, clock: Clock): void {
  const deadline = clock.monotonicMs() + waitMs;
  const ask = db.prepare(`UPDATE leases SET handover = 1 WHERE name = 'worker' AND handover = 0`);
  const read = db.prepare<[], { holder_json: string | null }>(`SELECT holder_json FROM leases WHERE name = 'worker'`);
  for (;;) {
    const holder = read.get()?.holder_json ?? null;
    if (holder === null) return;
    const parsed = processSchema.safeParse(JSON.parse(holder));
    if (parsed.success && isAlive(parsed.data) === false) return;
    ask.run();
    if (clock.monotonicMs() > deadline) {
      throw failure('migration_blocked', 'The database needs an upgrade, and the worker of another version does not let go.', {
        hint: 'Wait for its runs to end, or end it; then try again.',
        details: { holder: parsed.success ? parsed.data : null },
      });
    }
    blockMs(100);
  }
}
