/** A longer typo is no typo. */
const comparedLength = 32;

/** The candidate nearest to what was typed, or null when none is near enough to be what was meant. */
export function suggest(typed: string, candidates: readonly string[]): string | null {
  const wanted = typed.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(Math.min(typed.length, comparedLength) / 4)) + 1;
  for (const candidate of candidates) {
    // `rank` means `lora.rank`: the last part of a dotted key counts as the key.
    const tail = candidate.slice(candidate.lastIndexOf('.') + 1);
    const distance = Math.min(editDistance(wanted, candidate.toLowerCase()), editDistance(wanted, tail.toLowerCase()) + 0.5);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance; of a longer text only its beginning is compared. */
function editDistance(left: string, right: string): number {
  const a = left.slice(0, 2 * comparedLength);
  const b = right.slice(0, 2 * comparedLength);
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
