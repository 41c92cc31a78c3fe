import { mean } from '../standings.ts';

/**
 * Spearman's rank correlation: Pearson's correlation of the ranks, where equal values share the mean of their ranks.
 * Null with fewer than two pairs, or where one side is all the same.
 */
export function spearman(pairs: readonly (readonly [number, number])[]): number | null {
  return pearson(ranks(pairs.map(([first]) => first)), ranks(pairs.map(([, second]) => second)));
}

/** Mean of how far the pairs are apart; null of none. */
export function meanAbsoluteError(pairs: readonly (readonly [number, number])[]): number | null {
  return mean(pairs.map(([first, second]) => Math.abs(first - second)));
}

/** Ranks from 1, ties with their mean rank. */
export function ranks(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}

function pearson(left: readonly number[], right: readonly number[]): number | null {
  const [leftMean, rightMean] = [mean(left), mean(right)];
  if (leftMean === null || rightMean === null || left.length < 2) return null;
  let [covariance, leftVariance, rightVariance] = [0, 0, 0];
  for (const [index, value] of left.entries()) {
    const [a, b] = [value - leftMean, (right[index] ?? 0) - rightMean];
    covariance += a * b;
    leftVariance += a * a;
    rightVariance += b * b;
  }
  return leftVariance === 0 || rightVariance === 0 ? null : covariance / Math.sqrt(leftVariance * rightVariance);
}
