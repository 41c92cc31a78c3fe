import type { SessionListResult } from '../../protocol/sessionResults.ts';
import { sessionIdSchema } from '../../protocol/ids.ts';
import { latestEvent } from '../store/camp/events.ts';
import { listSessionRows, sessionBytes } from '../store/camp/sessions.ts';
import { findSessionFiles } from './sessionFile.ts';
import { sessionSummary } from './sessionState.ts';
import { isSessionWorked, requireDocument, saveSession, type SessionPlace } from './sessionStore.ts';

const warningShare = 0.8;

/** Every session, newest first, and the files of sessions that are not here. */
export function listSessions(place: SessionPlace, limitBytes: number): SessionListResult {
  const { store, workspace } = place;
  const rows = listSessionRows(store);
  const sessions = rows.map((row) => {
    const id = sessionIdSchema.parse(row.id);
    // A process may have died between a change and its file.
    if (row.savedSeq < latestEvent(store, id)) saveSession(place, id);
    return sessionSummary(requireDocument(place, id), { bytes: sessionBytes(store, id), isWorking: isSessionWorked(place, id) });
  });
  return {
    sessions,
    importable: findSessionFiles(workspace, new Set(rows.map(({ id }) => id))),
    usage: usageOf(sessions.reduce((sum, { bytes }) => sum + bytes, 0), limitBytes),
  };
}

function usageOf(bytes: number, limitBytes: number): SessionListResult['usage'] {
  return { bytes, limitBytes, isNearLimit: bytes >= limitBytes * warningShare };
}
