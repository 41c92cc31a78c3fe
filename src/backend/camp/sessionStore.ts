import type { SessionDocument } from '../../protocol/camp.ts';
import { failure, notFound } from '../../protocol/errors.ts';
import type { SessionId } from '../../protocol/ids.ts';
import { ownIdentity } from '../platform/process.ts';
import type { Workspace } from '../platform/workspace.ts';
import { readSessionDocument } from '../store/camp/documents.ts';
import { latestEvent } from '../store/camp/events.ts';
import { findSessionRow, matchingSessions, setSaved } from '../store/camp/sessions.ts';
import { transact, type Note } from '../store/changes.ts';
import type { Store } from '../store/db.ts';
import { isHeld, readLease, releaseLease, takeLease } from '../store/leases.ts';
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

/** Runs work that asks models for a session: one process, and one piece of work, at a time. One that died is taken over. */
export async function withSession<Result>({ store }: SessionPlace, id: SessionId, work: () => Promise<Result>): Promise<Result> {
  const name = leaseOf(id);
  const token = takeLease(store, name, ownIdentity());
  if (token === null) throw busy(store, id);
  try {
    return await work();
  } finally {
    releaseLease(store, name, token);
  }
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
  return failure('session_busy', `Work on this session is under way${holder === null || holder === undefined ? '' : ` in process ${String(holder.pid)}`}.`, { hint: 'Wait until it is done, or cancel it there.' });
}
