import type { PlannedChange, SegmentBlame } from '../../../protocol/camp.ts';
import type { Json } from '../../../protocol/json.ts';
import { isAlike, likeness } from '../trainer/likeness.ts';
import { editsBetween, isSameEdit, segmentKeys, sentenceKeys, type Edit } from './edits.ts';
import type { TriedStep } from './evidence.ts';

/** What made a lineage worse before, and must not be done again. */
export interface Harm {
  changes: PlannedChange[];
  /** What the applied diffs of steps that hurt did, but for what a step that helped did as well. */
  edits: Edit[];
  /** Parts of prompts that leaving out showed to harm, and parts that it showed to help. */
  harmful: string[];
  helpful: string[];
}

/** A part of a new definition that does again what hurt. */
export interface Repeat {
  kind: 'added-again' | 'removed-again' | 'measured-harm' | 'measured-help';
  part: string;
}

/** Two texts of which this share of words is the same say the same. */
const sameChange = 0.6;
const sameSegment = 0.8;
/** A part that goes while one that shares so many of its words comes was worded anew. */
const reworded = 0.5;

/**
 * What hurt, by the applied diffs of earlier steps with their effect, and by measurements of credit, of which the latest of
 * a part counts. A step is judged as a whole: its changes were not told apart, so all of them are barred, but for what
 * came with a step that helped as well.
 */
export function harmOf(tried: readonly TriedStep[], credits: readonly (readonly SegmentBlame[])[]): Harm {
  const hurt = tried.filter(({ effect }) => effect !== null && effect < 0);
  const helped = tried.filter(({ effect }) => effect !== null && effect > 0).flatMap(({ edits }) => edits);
  const edits = hurt.flatMap((step) => step.edits.filter((edit) => edit.isAdded || !isRewordedIn(edit, step.edits)));
  const measured = new Map(credits.flat().filter(({ method }) => method === 'leave-one-out').map((blame) => [sentenceKeys(blame.segment).join('\n'), blame]));
  return {
    changes: hurt.flatMap(({ plan }) => plan),
    edits: edits.filter((edit) => !helped.some((good) => isSameEdit(good, edit))),
    harmful: [...measured.values()].filter((blame) => isClear(blame, 1)).map(({ segment }) => segment),
    helpful: [...measured.values()].filter((blame) => isClear(blame, -1)).map(({ segment }) => segment),
  };
}

/** A point of score, and more than its error explains. */
export function isClear({ blame, standardError }: SegmentBlame, sign: 1 | -1): boolean {
  return standardError !== null && sign * blame >= Math.max(1, leastErrors * standardError);
}

/** More than the usual two standard errors: the segment is the worst of a dozen, and one of those is at two by chance. */
const leastErrors = 2.5;

/** The change that hurt before and that this one says again; undefined where it is new. */
export function repeatedChange(change: PlannedChange, { changes }: Harm): PlannedChange | undefined {
  return changes.find((hurt) => hurt.target === change.target && isAlike(hurt.change, change.change, sameChange));
}

/** Whether taking a segment out of a prompt lowered the score before. */
export function hurtWithout({ segment, path }: SegmentBlame, { edits }: Harm): boolean {
  const keys = sentenceKeys(segment);
  return edits.some((edit) => !edit.isAdded && edit.path.replace(/\[[^\]]*\]/g, '') === path.replace(/\[[^\]]*\]/g, '') && keys.includes(edit.key));
}

/**
 * What of a change does again what hurt: the same edit at the same path, a part that was measured to harm and comes back,
 * or one that was measured to help and goes. Segments with nearly the same words count as the same, since an article more
 * would get around the rest; not where a number or a negation is what differs.
 */
export function repeatsOf(before: Json, after: Json, harm: Harm): Repeat[] {
  const edits = editsBetween(before, after);
  const [old, fresh] = [segmentKeys(before), segmentKeys(after)];
  const added = edits.filter(({ isAdded, kind }) => isAdded && kind === 'segment');
  const again = edits.filter((edit) => isBarred(edit, harm)).flatMap((edit): Repeat[] => {
    if (edit.isAdded) return [{ kind: 'added-again', part: edit.text }];
    return isRewordedIn(edit, edits) || (edit.kind === 'segment' && fresh.has(edit.key)) ? [] : [{ kind: 'removed-again', part: edit.text }];
  });
  const back = harm.harmful.filter((part) => {
    const keys = sentenceKeys(part);
    return keys.every((key) => fresh.has(key)) && keys.some((key) => !old.has(key)) || added.some(({ text }) => isAlike(text, part, sameSegment));
  });
  const lost = harm.helpful.filter((part) => {
    const keys = sentenceKeys(part);
    return keys.every((key) => old.has(key)) && !keys.some((key) => fresh.has(key)) && !added.some(({ text }) => isAlike(text, part, reworded));
  });
  return [...again, ...back.map((part): Repeat => ({ kind: 'measured-harm', part })), ...lost.map((part): Repeat => ({ kind: 'measured-help', part }))];
}

/** Whether a segment says what one of some segments says. */
export function isAmong(segment: string, segments: readonly string[]): boolean {
  return segments.some((one) => likeness(one, segment) >= sameSegment);
}

function isBarred(edit: Edit, { edits }: Harm): boolean {
  return edits.some((hurt) => isSameEdit(hurt, edit) || (edit.kind === 'segment' && hurt.kind === 'segment' && hurt.path === edit.path && hurt.isAdded === edit.isAdded && isAlike(hurt.text, edit.text, sameSegment)));
}

function isRewordedIn(edit: Edit, edits: readonly Edit[]): boolean {
  return edit.kind === 'segment' && edits.some((other) => other.isAdded && other.path === edit.path && other.kind === 'segment' && isAlike(other.text, edit.text, reworded));
}
