import type { PlannedChange } from '../../../protocol/camp.ts';
import { likeness } from '../trainer/likeness.ts';
import type { TriedStep } from './evidence.ts';

/** What made a lineage worse before, and must not be done again. */
export interface Harm {
  changes: PlannedChange[];
  /** Segments that came with a step that hurt, and those that went with one. */
  added: string[];
  removed: string[];
}

/** Two texts of which this share of words is the same say the same. */
const sameChange = 0.6;
const sameSegment = 0.8;

/**
 * Everything that a step brought which lowered the mean score. A step is judged as a whole: its changes were not told
 * apart, so all of them are barred, but for what came with a step that helped as well.
 */
export function harmOf(tried: readonly TriedStep[]): Harm {
  const hurt = tried.filter(({ effect }) => effect !== null && effect < 0);
  const helped = tried.filter(({ effect }) => effect !== null && effect > 0);
  const [good, gone] = [helped.flatMap(({ added }) => added), helped.flatMap(({ removed }) => removed)];
  return {
    changes: hurt.flatMap(({ plan }) => plan),
    added: hurt.flatMap(({ added }) => added).filter((text) => !isAmong(text, good)),
    removed: hurt.flatMap(({ removed }) => removed).filter((text) => !isAmong(text, gone)),
  };
}

/** The change that hurt before and that this one says again; undefined where it is new. */
export function repeatedChange(change: PlannedChange, { changes }: Harm): PlannedChange | undefined {
  return changes.find((hurt) => hurt.target === change.target && likeness(hurt.change, change.change) >= sameChange);
}

/** Whether a segment says what one of some segments says. */
export function isAmong(segment: string, segments: readonly string[]): boolean {
  return segments.some((one) => likeness(one, segment) >= sameSegment);
}
