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
