import type { RunState } from '../../../src/protocol/runs.ts';

const ended: ReadonlySet<RunState> = new Set<RunState>(['completed', 'cancelled', 'failed', 'interrupted']);

/** It waits, runs or saves: its figures still change. */
export function isActive(state: RunState): boolean {
  return !ended.has(state);
}
