import type { Strategy } from '../../../src/protocol/camp.ts';

/** Strategies as a person has edited them, and those of the session that they were made of. */
export interface StrategyEdit {
  of: Strategy[];
  edited: Strategy[];
}

/** The edited strategies; null where none are edited, or the session has others by now: proposed anew, or set elsewhere. */
export function editedStrategies(kept: StrategyEdit | null, present: readonly Strategy[]): Strategy[] | null {
  return kept !== null && JSON.stringify(kept.of) === JSON.stringify(present) ? kept.edited : null;
}

export function isFilled({ tag, approach }: Strategy): boolean {
  return tag.trim() !== '' && approach.trim() !== '';
}
