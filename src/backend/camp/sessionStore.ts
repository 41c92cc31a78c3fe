import type { SessionDocument } from '../../protocol/camp.ts';
import { CampError, failure, notFound } from '../../protocol/errors.ts';
import type { SessionId } from '../../protocol/ids.ts';
import type { SessionWorker } from '../../protocol/sessionWork.ts';
import { ownIdentity } from '../platform/process.ts';
import type { Workspace } from '../platform/workspace.ts';
import { readSessionDocument } from '../store/camp/documents.ts';
import { latestEvent } from '../store/camp/events.ts';
import { findSessionRow, matchingSessions, setSaved } from '../store/camp/sessions.ts';
import { transact, type Note } from '../store/changes.ts';
import type { Store } from '../store/db.ts';
import { askForHandover, isHeld, readLease, releaseLease, takeLease } from '../store/leases.ts';
import { withEffects } from './effects.ts';
import { findSessionFiles, sessionFile, writeSessionFile } from './sessionFile.ts';

/** Where sessions are kept: the database, and a file for each. */
export interface SessionPlace {
  workspace: Workspace;
  store: Store;
  notify: (text: string) => void;
}

/** A session by id, the beginning of its id, or its name. */
export function findSession({ workspace, store }: SessionPlace, reference: string): SessionId {
  const matches = matchingSessions(store, reference);
  const [first] = matches;
  const exact = matches.find((id) => id === reference);
  if (exact !== undefined) return exact;
  if (first !== undefined && matches.length === 1) return first;
  if (matches.length > 1) throw notFound('session_ambiguous', `“${reference}” means ${String(matches.length)} sessions.`, { hint: `Name one by its id: ${matches.slice(0, 5).join(', ')}` });
  const inFile = findSessionFiles(workspace, new Set()).find(({ id, name }) => id === reference || name === reference);
  throw notFound('session_not_found', `There is no session “${reference}”.`, {
    hint: inFile === undefined ? 'training session list shows them.' : `Its file is there: training session import ${inFile.file}`,
  });
}

/** The document as it is now, with the effects of what was tried. */
export function requireDocument({ store }: SessionPlace, id: SessionId): SessionDocument {
  const document = readSessionDocument(store, id);
  if (document === null) throw notFound('session_not_found', `There is no session “${id}”.`);
  return withEffects(document);
}

/** Changes a session in one transaction, and saves its file after it. */
export function changeSession(place: SessionPlace, id: SessionId, work: (note: Note) => void): SessionDocument {
  transact(place.store, work);
  return saveSession(place, id);
}

/** Writes the session's file where it does not tell of the newest change. */
export function saveSession(place: SessionPlace, id: SessionId): SessionDocument {
  const { store, workspace } = place;
  const document = requireDocument(place, id);
  const row = findSessionRow(store, id);
  const seq = latestEvent(store, id);
  if (row === null || row.savedSeq >= seq) return document;
  const { sha256, keptAs } = writeSessionFile(workspace, document, row.savedSha256);
  if (keptAs !== null) place.notify(`The file of the session “${document.session.name}” was changed outside Training Camp. What it held is kept as ${keptAs}.`);
  transact(store, () => setSaved(store, id, { seq, sha256 }));
  return document;
}

export function fileOf({ workspace }: SessionPlace, id: SessionId): string {
  return sessionFile(workspace, id);
}

/** Whoever works looks so often whether it is asked to end. */
const lookMs = 150;

/**
 * Runs work that asks models for a session: one process, and one piece of work, at a time. One that died is taken over.
 * The signal that the work gets is aborted by the caller's and by `askToEnd`, whichever process calls it.
 */
export async function withSession<Result>({ store }: SessionPlace, id: SessionId, signal: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const name = leaseOf(id);
  const token = noting(store, id, () => takeLease(store, name, ownIdentity()));
  if (token === null) throw busy(store, id);
  const asked = new AbortController();
  const look = setInterval(() => {
    // A process that is ending has closed it already.
    if (store.db.open && readLease(store, name)?.isHandoverAsked === true) asked.abort();
  }, lookMs);
  try {
    return await work(AbortSignal.any([signal, asked.signal]));
  } catch (error) {
    if (asked.signal.aborted && !signal.aborted && !(error instanceof CampError)) throw failure('work_cancelled', 'The work was cancelled. What was answered is kept.', { hint: 'The same command goes on from there.' });
    throw error;
  } finally {
    clearInterval(look);
    noting(store, id, () => releaseLease(store, name, token));
  }
}

/** Asks the work that is under way on a session to end, whichever process does it. False: there is none. */
export function askToEnd(place: SessionPlace, id: SessionId): boolean {
  if (!isSessionWorked(place, id)) return false;
  askForHandover(place.store, leaseOf(id));
  return true;
}

export function isSessionWorked(place: SessionPlace, id: SessionId): boolean {
  return isHeld(readLease(place.store, leaseOf(id)));
}

/** The process that works on a session, this one or another; null where none does. */
export function workerOf({ store }: SessionPlace, id: SessionId): SessionWorker | null {
  const lease = readLease(store, leaseOf(id));
  return lease?.holder !== null && lease?.holder !== undefined && isHeld(lease) ? { pid: lease.holder.pid, since: lease.updated } : null;
}

/** Asks the work on a session to end and waits for it, as long as told. `onWait` hears of work that is there. */
export async function endWork(place: SessionPlace, id: SessionId, options: { timeoutMs: number; signal: AbortSignal; onWait: (worker: SessionWorker) => void }): Promise<{ work: SessionWorker | null; hasEnded: boolean }> {
  const { clock } = place.store;
  const work = workerOf(place, id);
  if (work === null || !askToEnd(place, id)) return { work: null, hasEnded: true };
  options.onWait(work);
  const isSame = () => {
    const now = workerOf(place, id);
    return now?.pid === work.pid && now.since === work.since;
  };
  const end = clock.monotonicMs() + options.timeoutMs;
  while (isSame() && clock.monotonicMs() < end && !options.signal.aborted) await clock.sleep(lookMs, options.signal);
  return { work, hasEnded: !isSame() };
}

/** Whoever shows the session is told that work began or ended. */
function noting<Result>(store: Store, id: SessionId, act: () => Result): Result {
  return transact(store, (note) => {
    note('sessions', id);
    return act();
  });
}

/** Refuses a change while work is under way that has read what would change. */
export function requireIdle({ store }: SessionPlace, id: SessionId): void {
  if (isHeld(readLease(store, leaseOf(id)))) throw busy(store, id);
}

function leaseOf(id: SessionId): string {
  return `session ${id}`;
}

function busy(store: Store, id: SessionId): Error {
  const holder = readLease(store, leaseOf(id))?.holder;
  return failure('session_busy', `Work on this session is under way${holder === null || holder === undefined ? '' : ` in process ${String(holder.pid)}`}.`, { hint: `Wait until it is done, or cancel it in the editor’s tree of sessions, or with training session cancel ${id}` });
}
