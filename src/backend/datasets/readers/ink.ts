const comma = 44;

/** The byte before `at` that is no white space, or 0. */
export function inkBefore(buffer: Buffer, at: number, from: number): number {
  let back = at - 1;
  while (back >= from && (buffer[back] ?? 0) <= 32) back--;
  return back < from ? 0 : (buffer[back] ?? 0);
}

/** The end of an element without the comma and the white space that follow it. */
export function trimmed(buffer: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start && (buffer[at - 1] ?? 0) <= 32) at--;
  if (buffer[at - 1] === comma) at--;
  while (at > start + 1 && (buffer[at - 1] ?? 0) <= 32) at--;
  return at;
}
