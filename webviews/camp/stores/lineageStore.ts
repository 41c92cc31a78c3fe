import { createStore, useStore, type StoreApi } from 'zustand';
import { usePanel } from '../panelContext.ts';

interface Stream {
  text: string;
  /** It is not written any more; it stays in sight until the document has what is stored of it. */
  isOver: boolean;
}

export interface LineageState {
  /** Answers that are being written, by `streamKey`. */
  streams: Readonly<Record<string, Stream>>;
  /** Scores on their way to the backend, by artifact: shown at once. */
  pendingScores: Readonly<Record<string, number>>;
  /** Comments that are not saved yet, by artifact. */
  drafts: Readonly<Record<string, string>>;
  /** These texts, whole, are being written, and no others. Answers whether one is over that was written before. */
  show: (texts: Readonly<Record<string, string>>) => boolean;
  /** The document is newer than the texts that are over. */
  clearOver: () => void;
  setPending: (artifact: string, score: number | null) => void;
  setDraft: (artifact: string, comment: string | null) => void;
}

export type LineageStore = StoreApi<LineageState>;

export function makeLineageStore(): LineageStore {
  return createStore<LineageState>()((set, get) => ({
    streams: {},
    pendingScores: {},
    drafts: {},
    show: (texts) => {
      const before = Object.entries(get().streams);
      const over = before.filter(([key]) => texts[key] === undefined).map(([key, { text }]): [string, Stream] => [key, { text, isOver: true }]);
      const streams: [string, Stream][] = [...over, ...Object.entries(texts).map(([key, text]): [string, Stream] => [key, { text, isOver: false }])];
      set({ streams: Object.fromEntries(streams) });
      return before.some(([key, { isOver }]) => !isOver && texts[key] === undefined);
    },
    clearOver: () => set(({ streams }) => ({ streams: Object.fromEntries(Object.entries(streams).filter(([, { isOver }]) => !isOver)) })),
    setPending: (artifact, score) => set(({ pendingScores }) => ({ pendingScores: changed(pendingScores, artifact, score) })),
    setDraft: (artifact, comment) => set(({ drafts }) => ({ drafts: changed(drafts, artifact, comment) })),
  }));
}

function changed<Value>(all: Readonly<Record<string, Value>>, key: string, value: Value | null): Record<string, Value> {
  const rest = Object.fromEntries(Object.entries(all).filter(([one]) => one !== key));
  return value === null ? rest : { ...rest, [key]: value };
}

/** A part of what goes on in the lineages before the backend has stored it. */
export function useLineageStore<Part>(select: (state: LineageState) => Part): Part {
  return useStore(usePanel().lineageStore, select);
}
