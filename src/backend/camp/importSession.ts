import type { SessionDocument } from '../../protocol/camp.ts';
import { usageError } from '../../protocol/errors.ts';
import { sessionIdSchema } from '../../protocol/ids.ts';
import { canonicalJson } from '../../common/canonicalJson.ts';
import { newId } from '../platform/newId.ts';
import { insertDocument } from '../store/camp/documents.ts';
import { recordEvent } from '../store/camp/events.ts';
import { findSessionRow } from '../store/camp/sessions.ts';
import { transact } from '../store/changes.ts';
import { readSessionFile, withId } from './sessionFile.ts';
import { requireDocument, saveSession, type SessionPlace } from './sessionStore.ts';

export interface Imported {
  document: SessionDocument;
  isNew: boolean;
  isCopy: boolean;
}

/**
 * Takes a session in from its file. One that is here with the same content changes nothing; one with other content is
 * refused, or with `asCopy` taken in beside it under an id of its own.
 */
export function importSession(place: SessionPlace, file: string, { asCopy }: { asCopy: boolean }): Imported {
  const { store } = place;
  const read = readSessionFile(file);
  const present = findSessionRow(store, read.session.id) === null ? null : requireDocument(place, read.session.id);
  if (present !== null && !asCopy) {
    if (isSameWork(present, read)) return { document: present, isNew: false, isCopy: false };
    throw usageError('session_exists', `The session “${present.session.name}” is here already, with other content than ${file}.`, { hint: 'Take the file in beside it with --as-copy, or delete the session here first.' });
  }
  const document = present === null ? read : withId(read, sessionIdSchema.parse(newId('se', store.clock.now())));
  transact(store, (note) => {
    insertDocument(store, document);
    recordEvent(store, note, document.session.id, { kind: 'imported', payload: { file, copyOf: present?.session.id ?? null } });
  });
  return { document: saveSession(place, document.session.id), isNew: true, isCopy: present !== null };
}

/** Whether two documents tell of the same work, whatever was computed or counted on the way. */
function isSameWork(left: SessionDocument, right: SessionDocument): boolean {
  const key = ({ inputs, lineages, cycles, executions, artifacts, evaluations, feedback, conversation }: SessionDocument) =>
    canonicalJson({
      inputs, cycles, evaluations, feedback, conversation,
      lineages: lineages.map(({ agents, ...lineage }) => ({ ...lineage, agents: agents.map(({ version, definition }) => ({ version, definition })) })),
      executions: [...executions].map(({ id, artifact }) => ({ id, artifact })).sort((a, b) => a.id.localeCompare(b.id)),
      artifacts: [...artifacts].map(({ id, content }) => ({ id, content })).sort((a, b) => a.id.localeCompare(b.id)),
    });
  return key(left) === key(right);
}
