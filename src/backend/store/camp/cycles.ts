import type { LineageLabel, Standing } from '../../../protocol/camp.ts';
import type { SessionId } from '../../../protocol/ids.ts';
import type { Store } from '../db.ts';

export function cycleNumbers(store: Store, session: SessionId): number[] {
  return store.db.prepare<[string], { number: number }>('SELECT number FROM cycles WHERE session_id = ? ORDER BY number').all(session).map(({ number }) => number);
}

/** Opens a cycle. False where it is open already. */
export function insertCycle(store: Store, session: SessionId, number: number): boolean {
  return store.db.prepare<[string, number]>('INSERT INTO cycles (session_id, number) VALUES (?, ?) ON CONFLICT DO NOTHING').run(session, number).changes === 1;
}

export function cycleLocks(store: Store, session: SessionId): { cycle: number; label: string }[] {
  return store.db.prepare<[string], { cycle: number; label: string }>('SELECT cycle, label FROM cycle_locks WHERE session_id = ? ORDER BY cycle, label').all(session);
}

export function insertCycleLock(store: Store, session: SessionId, cycle: number, label: LineageLabel): void {
  store.db.prepare<[string, number, string]>('INSERT INTO cycle_locks (session_id, cycle, label) VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(session, cycle, label);
}

export interface StandingRow {
  cycle: number;
  lineage: string;
  input: string;
  execution: string;
}

export function standingRows(store: Store, session: SessionId): StandingRow[] {
  return store.db
    .prepare<[string], StandingRow>(
      `SELECT s.cycle AS cycle, s.label AS lineage, s.input_id AS input, s.execution_id AS execution FROM standings s
       JOIN inputs i ON i.session_id = s.session_id AND i.id = s.input_id WHERE s.session_id = ? ORDER BY s.cycle, s.label, i.number`,
    )
    .all(session);
}

export function insertStanding(store: Store, session: SessionId, cycle: number, standing: Standing): void {
  store.db
    .prepare<[string, number, string, string, string]>('INSERT INTO standings (session_id, cycle, label, input_id, execution_id) VALUES (?, ?, ?, ?, ?)')
    .run(session, cycle, standing.lineage, standing.input, standing.execution);
}

/** What stood for a lineage in one cycle stands in another too. */
export function copyStandings(store: Store, session: SessionId, label: LineageLabel, { from, to }: { from: number; to: number }): void {
  store.db
    .prepare<[number, string, string, number]>(
      `INSERT INTO standings (session_id, cycle, label, input_id, execution_id)
       SELECT session_id, ?, label, input_id, execution_id FROM standings WHERE session_id = ? AND label = ? AND cycle = ? ON CONFLICT DO NOTHING`,
    )
    .run(to, session, label, from);
}
