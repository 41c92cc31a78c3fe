import { existsSync } from 'node:fs';
import type { z } from 'zod';
import { needsConfirmation } from '../../protocol/errors.ts';
import type { SessionId } from '../../protocol/ids.ts';
import type { deleteSessionResultSchema } from '../../protocol/sessionResults.ts';
import { moveToTrash } from '../platform/trash.ts';
import { dropAllKept } from '../providers/keeper/keptFile.ts';
import { removeSession, sessionBytes } from '../store/camp/sessions.ts';
import { transact } from '../store/changes.ts';
import { fileOf, requireDocument, requireIdle, saveSession, type SessionPlace } from './sessionStore.ts';

/** Forgets a session. Its file goes to the trash, from where it can be taken in again. */
export async function deleteSession(place: SessionPlace, id: SessionId, isConfirmed: boolean): Promise<z.output<typeof deleteSessionResultSchema>> {
  const { store, workspace } = place;
  requireIdle(place, id);
  const { session, evaluations, artifacts } = requireDocument(place, id);
  if (!isConfirmed) {
    throw needsConfirmation('confirm_delete', `Deleting “${session.name}” removes ${String(artifacts.length)} answers and ${String(evaluations.length)} scores.`, {
      hint: 'Export first what you want to train on (training session export), then repeat with --yes.',
    });
  }
  saveSession(place, id);
  const file = fileOf(place, id);
  const freedBytes = sessionBytes(store, id);
  const stamp = store.clock.now().toISOString().replace(/[:.]/g, '-');
  const trash = existsSync(file) ? await moveToTrash(file, workspace.trash, stamp) : null;
  transact(store, (note) => removeSession(store, note, id));
  dropAllKept(workspace.answers, `${id}.`);
  return { session: id, name: session.name, trash, freedBytes };
}
