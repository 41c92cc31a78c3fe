import type { Bin, NumberRange } from '../../src/protocol/datasetPages.ts';

/** The filter that lets through what a bin counts: bins leave their end to the next one. */
export function rangeOfBin(bin: Bin, { isLast, isWhole }: { isLast: boolean; isWhole: boolean }): NumberRange {
  return { from: bin.from, to: isLast ? bin.to : Math.round((bin.to - (isWhole ? 1 : 0.1)) * 10) / 10 };
}

/** Whether a bin has a value that the filter lets through. */
export function isInRange(bin: Bin, range: NumberRange): boolean {
  return (range.from === null || bin.to > range.from) && (range.to === null || bin.from <= range.to);
}
