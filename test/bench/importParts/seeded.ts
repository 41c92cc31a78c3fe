/** Mulberry32: a stream of numbers in [0, 1) that a seed fixes. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Words of 2–8 letters; low indexes are meant to be drawn more often. */
export function makeWords(count: number, random: () => number): string[] {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  return Array.from({ length: count }, () => {
    const length = 2 + Math.floor(random() * 7);
    return Array.from({ length }, () => letters.charAt(Math.floor(random() * letters.length))).join('');
  });
}

/** Product of two draws: frequent words come often, as in language. */
export function pick(words: readonly string[], random: () => number): string {
  return words[Math.floor(random() * random() * words.length)] ?? '';
}
