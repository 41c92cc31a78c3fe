import type { Grade } from './grader.ts';

/** Log-probability per token of a pair's answers; null where it is not finite. */
export interface PairScores {
  chosen: number | null;
  rejected: number | null;
}

/**
 * 1 where the chosen answer is the likelier one per token. Comparing the answers with each other, not with what the base
 * gives them: a reward that compares with the base rises as well while both become less likely.
 */
export function gradePreference({ chosen, rejected }: PairScores): Grade | null {
  if (chosen === null || rejected === null) return null;
  return { score: chosen > rejected ? 1 : 0, measures: { [chosenMeasure]: chosen, rejectedLogProb: rejected } };
}

export const chosenMeasure = 'chosenLogProb';
