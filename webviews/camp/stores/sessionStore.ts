import { createStore, useStore, type StoreApi } from 'zustand';
import type { SessionDocument } from '../../../src/protocol/camp.ts';
import type { FeedState } from '../../shared/feed.ts';
import type { RequestError } from '../../shared/problems.ts';
import { usePanel } from '../panelContext.ts';

/** Something that a person started and that takes its time. */
export interface Work {
  title: string;
  message: string;
  /** 0 to 1; null where it can't be told. */
  share: number | null;
  startedMs: number;
  /** Null where it was started elsewhere and can't be ended from here. */
  cancel: (() => void) | null;
}

export interface SessionState extends FeedState {
  /** Null until it is known, and while a new session is being written. */
  document: SessionDocument | null;
  work: Work | null;
  /** What went wrong with the last thing that a person asked for. */
  problem: RequestError | null;
  dismissProblem: () => void;
}

export type SessionStore = StoreApi<SessionState>;

export function makeSessionStore(): SessionStore {
  return createStore<SessionState>()((set) => ({
    document: null,
    work: null,
    problem: null,
    isReconnecting: false,
    failure: null,
    dismissProblem: () => set({ problem: null }),
  }));
}

/** A part of what is known of the session. */
export function useSessionStore<Part>(select: (state: SessionState) => Part): Part {
  return useStore(usePanel().sessionStore, select);
}

/** The session's document; only below what is shown once it is there. */
export function useDocument(): SessionDocument {
  const document = useSessionStore((state) => state.document);
  if (document === null) throw new Error('the session is not loaded');
  return document;
}
