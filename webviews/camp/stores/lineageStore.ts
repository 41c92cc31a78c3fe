import { createStore, useStore, type StoreApi } from 'zustand';
import { usePanel } from '../panelContext.ts';

interface Stream {
  text: string;
  since: string | null;
  /** What was written is stored: late pieces go nowhere. */
  isOver: boolean;
}

export interface LineageState {
  /** Answers that are being written, by `streamKey`. */
  streams: Readonly<Record<string, Stream>>;
  /** Scores on their way to the backend, by artifact: shown at once. */
  pendingScores: Readonly<Record<string, number>>;
  /** Comments that are not saved yet, by artifact. */
  drafts: Readonly<Record<string, string>>;
  /** A try begins; what was written under this key before is over. `since` is the newest execution in its place. */
  begin: (key: string, since: string | null) => void;
  append: (pieces: Readonly<Record<string, string>>) => void;
  /** Ends the streams in whose place there is a newer execution: what they wrote is stored. */
  settle: (newestExecution: (key: string) => string | null) => void;
  clearStreams: () => void;
  setPending: (artifact: string, score: number | null) => void;
  setDraft: (artifact: string, comment: string | null) => void;
}

export type LineageStore = StoreApi<LineageState>;

export function makeLineageStore(): LineageStore {
  return createStore<LineageState>()((set) => ({
    streams: {},
    pendingScores: {},
    drafts: {},
    begin: (key, since) => set(({ streams }) => ({ streams: { ...streams, [key]: { text: '', since, isOver: false } } })),
    append: (pieces) => set(({ streams }) => ({ streams: mapped(streams, (stream, key) => (pieces[key] === undefined ? stream : { ...stream, text: stream.text + pieces[key] })) })),
    settle: (newestExecution) => set(({ streams }) => ({ streams: mapped(streams, (stream, key) => (newestExecution(key) === stream.since ? stream : { ...stream, isOver: true })) })),
    clearStreams: () => set({ streams: {} }),
    setPending: (artifact, score) => set(({ pendingScores }) => ({ pendingScores: changed(pendingScores, artifact, score) })),
    setDraft: (artifact, comment) => set(({ drafts }) => ({ drafts: changed(drafts, artifact, comment) })),
  }));
}

function mapped(streams: Readonly<Record<string, Stream>>, change: (stream: Stream, key: string) => Stream): Record<string, Stream> {
  return Object.fromEntries(Object.entries(streams).map(([key, stream]) => [key, change(stream, key)]));
}

function changed<Value>(all: Readonly<Record<string, Value>>, key: string, value: Value | null): Record<string, Value> {
  const rest = Object.fromEntries(Object.entries(all).filter(([one]) => one !== key));
  return value === null ? rest : { ...rest, [key]: value };
}

/** A part of what goes on in the lineages before the backend has stored it. */
export function useLineageStore<Part>(select: (state: LineageState) => Part): Part {
  return useStore(usePanel().lineageStore, select);
}
