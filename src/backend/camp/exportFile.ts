import path from 'node:path';
import type { SessionId } from '../../protocol/ids.ts';
import type { ExportOptions } from '../../protocol/sessionExport.ts';
import type { ExportFileResult } from '../../protocol/sessionResults.ts';
import { writeFileAtomically } from '../platform/files.ts';
import { recordEvent } from '../store/camp/events.ts';
import { exportSession } from './exports/exportSession.ts';
import { changeSession, requireDocument, type SessionPlace } from './sessionStore.ts';

/** Where exports go unless a person says otherwise: they are made again at any time. */
export function exportsFolder({ workspace }: SessionPlace): string {
  return path.join(workspace.training, 'exports');
}

/** Exports a session into a file. With nothing to export there is no file, and the result says why. */
export function exportToFile(place: SessionPlace, id: SessionId, options: ExportOptions, file: string | null): ExportFileResult {
  const { text, rows: _rows, ...result } = exportSession(requireDocument(place, id), options);
  const target = text === null ? null : (file ?? path.join(exportsFolder(place), result.fileName));
  if (text !== null && target !== null) writeFileAtomically(target, text);
  changeSession(place, id, (note) => {
    const { leftOut, secrets, ...facts } = result;
    recordEvent(place.store, note, id, { kind: 'exported', payload: { ...facts, leftOut: leftOut.length, secrets: secrets.length, options } });
  });
  return { ...result, session: id, file: target };
}
