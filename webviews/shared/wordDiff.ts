/** A stretch of words that both sides have, or that one side alone has. */
export interface DiffPart {
  kind: 'same' | 'left' | 'right';
  text: string;
}

/** Beyond so many cells of the table the middle counts as changed as a whole. */
const mostCells = 4_000_000;

/** Differences of two texts by words and what stands between them. The parts of one side, put together, are its text. */
export function wordDiff(left: string, right: string): DiffPart[] {
  const a = piecesOf(left);
  const b = piecesOf(right);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const parts: DiffPart[] = [];
  push(parts, 'same', a.slice(0, start));
  middle(parts, a.slice(start, a.length - end), b.slice(start, b.length - end));
  push(parts, 'same', a.slice(a.length - end));
  return parts;
}

/** Longest common subsequence by the usual table, whose rows hold the lengths for the rests. */
function middle(parts: DiffPart[], a: readonly string[], b: readonly string[]): void {
  if (a.length * b.length > mostCells) {
    push(parts, 'left', a);
    push(parts, 'right', b);
    return;
  }
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push(parts, 'same', [a[i] ?? '']);
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) push(parts, 'left', [a[i++] ?? '']);
    else push(parts, 'right', [b[j++] ?? '']);
  }
}

function push(parts: DiffPart[], kind: DiffPart['kind'], pieces: readonly string[]): void {
  if (pieces.length === 0) return;
  const text = pieces.join('');
  const last = parts.at(-1);
  if (last?.kind === kind) last.text += text;
  else parts.push({ kind, text });
}

function piecesOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}
