import type { RowFilterRequest } from '../../src/protocol/datasetPages.ts';

export type Tab = 'rows' | 'issues' | 'duplicates' | 'tokens';

export function isTab(name: unknown): name is Tab {
  return name === 'rows' || name === 'issues' || name === 'duplicates' || name === 'tokens';
}

/** What stays over hiding the panel and reloading the window. */
export interface KeptState {
  tab: Tab;
  /** Null is the newest. */
  version: number | null;
  filter: RowFilterRequest;
  /** Counts from 0 among the rows that match. */
  selected: number;
  isExpanded: boolean;
  /** First row of the token lens, from 1. */
  lensFirst: number;
  /** Null is the built-in model. */
  lensModel: string | null;
}

export const noFilter: RowFilterRequest = { split: null, quality: { from: null, to: null }, tokens: { from: null, to: null }, text: '', issue: null };

/** What an earlier page left, as far as it is understood: another version of the extension may have written it. */
export function restoredState(raw: unknown): KeptState {
  const kept = asRecord(asRecord(raw)['ui']);
  const filter = asRecord(kept['filter']);
  const tab = kept['tab'];
  const split = filter['split'];
  return {
    tab: isTab(tab) ? tab : 'rows',
    version: numberOr(kept['version'], null),
    filter: {
      split: split === 'train' || split === 'validation' || split === 'test' ? split : null,
      quality: rangeOf(filter['quality']),
      tokens: rangeOf(filter['tokens']),
      text: typeof filter['text'] === 'string' ? filter['text'] : '',
      issue: typeof filter['issue'] === 'string' ? filter['issue'] : null,
    },
    selected: numberOr(kept['selected'], 0),
    isExpanded: kept['isExpanded'] === true,
    lensFirst: numberOr(kept['lensFirst'], 1),
    lensModel: typeof kept['lensModel'] === 'string' ? kept['lensModel'] : null,
  };
}

/** How many conditions a filter has. */
export function conditionsIn({ split, quality, tokens, text, issue }: RowFilterRequest): number {
  return [split !== null, isSet(quality), isSet(tokens), text !== '', issue !== null].filter(Boolean).length;
}

function isSet({ from, to }: { from: number | null; to: number | null }): boolean {
  return from !== null || to !== null;
}

function rangeOf(raw: unknown): { from: number | null; to: number | null } {
  const range = asRecord(raw);
  return { from: numberOr(range['from'], null), to: numberOr(range['to'], null) };
}

function numberOr<Other>(raw: unknown, other: Other): number | Other {
  return typeof raw === 'number' && Number.isFinite(raw) ? raw : other;
}

function asRecord(raw: unknown): Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null ? { ...raw } : {};
}
