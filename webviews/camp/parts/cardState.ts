import type { LineageLabel } from '../../../src/protocol/camp.ts';
import { cellOf, currentCycle, type Cell } from '../model/standings.ts';
import { streamKey } from '../model/streamKey.ts';
import { useLineageStore } from '../stores/lineageStore.ts';
import { useDocument } from '../stores/sessionStore.ts';
import { useUIStore } from '../stores/uiStore.ts';

/** The input and the cycle that are shown. Earlier cycles are only looked at. */
export function useShown(): { input: string; cycle: number; isCurrent: boolean } {
  const document = useDocument();
  const input = useUIStore((state) => state.input);
  const cycle = useUIStore((state) => state.cycle);
  const newest = currentCycle(document);
  const known = document.inputs.find(({ id }) => id === input) ?? document.inputs[0];
  const shown = cycle === 0 || cycle > newest ? newest : cycle;
  return { input: known?.id ?? '', cycle: shown, isCurrent: shown === newest };
}

export interface CardState {
  cell: Cell | null;
  input: string;
  isCurrent: boolean;
  /** What is being written; null while nothing is. */
  stream: string | null;
  score: number | null;
  comment: string;
}

export function useCard(label: LineageLabel): CardState {
  const document = useDocument();
  const { input, cycle, isCurrent } = useShown();
  const cell = cellOf(document, { label, input, cycle });
  const artifact = cell?.artifact?.id ?? '';
  const stream = useLineageStore((state) => state.streams[streamKey(label, input)]?.text ?? null);
  const pending = useLineageStore((state) => state.pendingScores[artifact]);
  const draft = useLineageStore((state) => state.drafts[artifact]);
  return { cell, input, isCurrent, stream: isCurrent ? stream : null, score: pending ?? cell?.evaluation?.score ?? null, comment: draft ?? cell?.evaluation?.comment ?? '' };
}
