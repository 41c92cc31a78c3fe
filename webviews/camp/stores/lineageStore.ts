import { createStore, useStore, type StoreApi } from 'zustand';
import type { LineageLabel } from '../../../src/protocol/camp.ts';
import { usePanel } from '../panelContext.ts';

export interface LineageState {
  /** Answers that are being written, by `streamKey`. */
  streams: Readonly<Record<string, string>>;
  /** Scores on their way to the backend, by artifact: shown at once. */
  pendingScores: Readonly<Record<string, number>>;
  /** Comments that are not saved yet, by artifact. */
  drafts: Readonly<Record<string, string>>;
  append: (pieces: Readonly<Record<string, string>>) => void;
  /** What was written under this key is over: another try begins. */
  restart: (key: string) => void;
  clearStreams: () => void;
  setPending: (artifact: string, score: number | null) => void;
  setDraft: (artifact: string, comment: string | null) => void;
}

export type LineageStore = StoreApi<LineageState>;

export function streamKey(label: LineageLabel, input: string): string {
  return `${label} ${input}`;
}

export function makeLineageStore(): LineageStore {
  return createStore<LineageState>()((set) => ({
    streams: {},
    pendingScores: {},
    drafts: {},
    append: (pieces) => set(({ streams }) => ({ streams: { ...streams, ...Object.fromEntries(Object.entries(pieces).map(([key, piece]) => [key, (streams[key] ?? '') + piece])) } })),
    restart: (key) => set(({ streams }) => ({ streams: { ...streams, [key]: '' } })),
    clearStreams: () => set({ streams: {} }),
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
