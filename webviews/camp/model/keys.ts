/** What a key does while a card has the focus. */
export type CardAction =
  | { kind: 'score'; score: number }
  | { kind: 'move'; to: Move }
  | { kind: 'input'; step: 1 | -1 }
  | { kind: Lettered };

type Lettered = 'lock' | 'expand' | 'directive' | 'comment' | 'agent' | 'trace' | 'compare' | 'retry' | 'blind' | 'help';
type Move = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** The keys and what they do, in the order of the help. */
export const keyHelp: readonly { keys: string; does: string }[] = [
  { keys: '← ↑ → ↓', does: 'Go to another card' },
  { keys: '1 – 9, 0', does: 'Score the card; 0 is 10' },
  { keys: 'C', does: 'Comment on the score' },
  { keys: 'L', does: 'Lock or unlock the lineage' },
  { keys: 'E', does: 'Write a directive' },
  { keys: 'Enter', does: 'Show the whole answer' },
  { keys: 'D', does: 'Choose for a comparison; on a second card, compare' },
  { keys: 'A', does: 'Show the agent' },
  { keys: 'T', does: 'Show what happened on the way (trace)' },
  { keys: 'R', does: 'Try again after an error' },
  { keys: '[  ]', does: 'Previous and next input' },
  { keys: 'B', does: 'Hide or show strategies (blind)' },
  { keys: 'Esc', does: 'Leave a field, close a view' },
  { keys: '?', does: 'This list' },
];

const moves: Readonly<Record<string, Move>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down', Home: 'first', End: 'last' };
const letters: Readonly<Record<string, Lettered>> = { l: 'lock', e: 'directive', c: 'comment', a: 'agent', t: 'trace', d: 'compare', r: 'retry', b: 'blind', '?': 'help', enter: 'expand' };

/** Keys with a modifier belong to the editor. */
export function actionOf({ key, ctrlKey, altKey, metaKey }: KeyPress): CardAction | null {
  if (ctrlKey || altKey || metaKey) return null;
  if (/^\d$/.test(key)) return { kind: 'score', score: key === '0' ? 10 : Number(key) };
  const to = moves[key];
  if (to !== undefined) return { kind: 'move', to };
  if (key === '[' || key === ']') return { kind: 'input', step: key === ']' ? 1 : -1 };
  const kind = letters[key.toLowerCase()];
  return kind === undefined ? null : { kind };
}

/** Which card has the focus after a move; cards stand in rows of `columns`. It stays where there is none. */
export function movedTo(from: number, to: Move, { cards, columns }: { cards: number; columns: number }): number {
  const column = from % columns;
  switch (to) {
    case 'left':
      return columns === 1 || column === 0 ? from : from - 1;
    case 'right':
      return columns === 1 || column === columns - 1 || from + 1 >= cards ? from : from + 1;
    case 'up':
      return from - columns < 0 ? from : from - columns;
    case 'down':
      return from + columns >= cards ? from : from + columns;
    case 'first':
      return 0;
    case 'last':
      return Math.max(0, cards - 1);
  }
}
