/** Texts as they compare: letters and digits in lower case, anything else one blank. */
export function normalised(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

/** Jaccard likeness of the words of two texts, from 0 to 1. Two texts without a word are alike. */
export function likeness(a: string, b: string): number {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  const common = [...left].filter((word) => right.has(word)).length;
  const all = left.size + right.size - common;
  return all === 0 ? 1 : common / all;
}

function wordsOf(text: string): Set<string> {
  return new Set(normalised(text).split(' ').filter((word) => word !== ''));
}

/**
 * Whether two texts have this share of their words in common, and what differs is neither a number nor a word that turns
 * the meaning: “at most three” is not “at most five”, and “always” is not “never”.
 */
export function isAlike(a: string, b: string, least: number): boolean {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  const differing = [...left, ...right].filter((word) => left.has(word) !== right.has(word));
  return likeness(a, b) >= least && !differing.some((word) => /\p{N}/u.test(word) || turning.has(word));
}

const turning: ReadonlySet<string> = new Set([
  'not', 'no', 'never', 'always', 'nor', 'none', 'neither', 'without', 'with', 'avoid', 'only', 'except', 'unless', 'cannot', 'don', 'doesn', 'won', 'isn', 'aren', 'shouldn', 'mustn', 'stop',
  'more', 'less', 'fewer', 'most', 'least', 'before', 'after', 'first', 'last', 'shorter', 'longer', 'short', 'long', 'formal', 'informal',
  'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten',
]);
