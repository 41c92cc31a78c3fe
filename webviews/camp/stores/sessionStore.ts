import { createStore, useStore, type StoreApi } from 'zustand';
import type { SessionDocument } from '../../../src/protocol/camp.ts';
import type { SessionWork } from '../../../src/protocol/sessionWork.ts';
import type { FeedState } from '../../shared/feed.ts';
import type { RequestError } from '../../shared/problems.ts';
import { usePanel } from '../panelContext.ts';

/** What is under way on the session, whoever started it. */
export interface Work {
  title: string;
  message: string;
  /** 0 to 1; null where it can't be told. */
  share: number | null;
  startedMs: number;
  /** Null while it is on its way to begin or to end. */
  cancel: (() => void) | null;
}

export interface SessionState extends FeedState {
  /** Null until it is known, and while a new session is being written. */
  document: SessionDocument | null;
  work: Work | null;
  /** What the trainer has said so far of its answer; it stays in sight until the document has what is stored of it. */
  reply: string;
  /** The last work asked to end has not ended yet. */
  isCancelling: boolean;
  /** How the last work of this window ended. */
  ended: SessionWork['ended'];
  /** `ended.id` of what a person has seen and closed. */
  dismissed: number;
  /** What went wrong with the last thing that a person asked for. */
  problem: RequestError | null;
  dismissProblem: () => void;
}

export type SessionStore = StoreApi<SessionState>;

export function makeSessionStore(): SessionStore {
  return createStore<SessionState>()((set) => ({
    document: null,
    work: null,
    reply: '',
    isCancelling: false,
    ended: null,
    dismissed: 0,
    problem: null,
    isReconnecting: false,
    failure: null,
    dismissProblem: () => set(({ ended }) => ({ problem: null, dismissed: ended?.id ?? 0 })),
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
