import type { InputSplit, LineageLabel, SessionDocument } from '../../../src/protocol/camp.ts';
import { cellOf } from './standings.ts';

/** Mean of a person's scores in a cycle; null where nothing was scored. */
export function meanScore(document: SessionDocument, place: { label: LineageLabel; cycle: number; split: InputSplit }): number | null {
  const scores = document.inputs
    .filter(({ split }) => split === place.split)
    .flatMap(({ id }) => cellOf(document, { label: place.label, input: id, cycle: place.cycle })?.evaluation?.score ?? []);
  return scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

export interface HistoryRow {
  label: LineageLabel;
  strategyTag: string;
  /** By cycle, from the first. */
  cells: { cycle: number; score: number | null; heldOut: number | null; version: number | null; isLocked: boolean }[];
}

export function historyOf(document: SessionDocument): HistoryRow[] {
  const [firstInput] = document.inputs;
  return document.lineages.map(({ label, strategyTag }) => ({
    label,
    strategyTag,
    cells: document.cycles.map(({ number: cycle }) => {
      const cell = firstInput === undefined ? null : cellOf(document, { label, input: firstInput.id, cycle });
      return {
        cycle,
        score: meanScore(document, { label, cycle, split: 'train' }),
        heldOut: meanScore(document, { label, cycle, split: 'heldOut' }),
        version: cell?.execution?.version ?? null,
        isLocked: cell?.isLocked ?? false,
      };
    }),
  }));
}

/** Mean of all lineages' held-out scores by cycle; null where none was scored. */
export function heldOutLine(document: SessionDocument): (number | null)[] {
  return document.cycles.map(({ number: cycle }) => {
    const means = document.lineages.flatMap(({ label }) => meanScore(document, { label, cycle, split: 'heldOut' }) ?? []);
    return means.length === 0 ? null : means.reduce((sum, mean) => sum + mean, 0) / means.length;
  });
}

/** An input on which a lineage does worse than in the cycle before. */
export interface Regression {
  label: LineageLabel;
  input: number;
  split: InputSplit;
  before: number;
  after: number;
}

export function regressionsAt(document: SessionDocument, cycle: number): Regression[] {
  if (cycle < 2) return [];
  return document.lineages.flatMap(({ label }) =>
    document.inputs.flatMap(({ id, number, split }): Regression[] => {
      const now = cellOf(document, { label, input: id, cycle });
      const earlier = cellOf(document, { label, input: id, cycle: cycle - 1 });
      const before = earlier?.evaluation?.score;
      const after = now?.evaluation?.score;
      // What a locked lineage kept is the same answer, however it was scored again.
      if (before === undefined || after === undefined || after >= before || now?.artifact?.id === earlier?.artifact?.id) return [];
      return [{ label, input: number, split, before, after }];
    }),
  );
}
