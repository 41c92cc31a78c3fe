import path from 'node:path';
import { runIdSchema, type RunId } from '../../protocol/ids.ts';
import { findVersions } from '../datasets/foundVersions.ts';
import { listFolder } from '../platform/files.ts';
import type { Workspace } from '../platform/workspace.ts';
import { latestAttempt, listAttempts } from '../store/attempts.ts';
import { transact, type Note } from '../store/changes.ts';
import type { Store } from '../store/db.ts';
import { closeJobsOfRun, endFoundAttempt, hasVersion, insertFoundAttempt, insertFoundVersion, setRunTimes } from '../store/reindex.ts';
import { readRun } from '../store/runs.ts';
import { setRunState } from '../store/runState.ts';
import { applyEvents } from './applyEvents.ts';
import { findAttempts, reasonOf, standingOf } from './attemptTraces.ts';
import { indexRun, iso } from './rebuildIndex.ts';

export interface Completed {
  datasets: number;
  runs: number;
}

/**
 * Adds to an older database what the folders tell and it does not know: versions of datasets, runs, and what runs did
 * since. A run that went on meanwhile leaves the queue; one that waits in it, untouched, stays. All or nothing.
 */
export function completeIndex(store: Store, workspace: Workspace): Completed {
  return transact(store, (note) => {
    const versions = findVersions(workspace.datasets).filter((version) => !hasVersion(store, version) && insertFoundVersion(store, note, version));
    const runs = listFolder(workspace.runs).filter((name) => {
      const id = runIdSchema.safeParse(name);
      if (!id.success) return false;
      return readRun(store, id.data) === null ? indexRun(store, note, workspace, name) : catchUp(store, note, workspace, id.data);
    });
    return { datasets: new Set(versions.map(({ id }) => id)).size, runs: runs.length };
  });
}

/** False where the database knows of everything that the run did. */
function catchUp(store: Store, note: Note, workspace: Workspace, runId: RunId): boolean {
  const events = path.join(workspace.runs, runId, 'events.jsonl');
  const attempts = findAttempts(events);
  const known = new Set<string>(listAttempts(store, runId).map(({ id }) => id));
  const latest = latestAttempt(store, runId);
  const isOpen = latest !== null && latest.ended === null;
  if (!isOpen && attempts.every(({ id }) => known.has(id))) return false;
  let number = known.size;
  for (const { id, first, last, final } of attempts) {
    const end = { reason: reasonOf(final), ended: iso(last) };
    if (known.has(id)) endFoundAttempt(store, id, end);
    else {
      number += 1;
      insertFoundAttempt(store, { id, runId, number, endReason: end.reason, started: iso(first), ended: end.ended });
    }
  }
  // An attempt that was open and wrote nothing.
  if (isOpen) endFoundAttempt(store, latest.id, { reason: 'interrupted', ended: store.clock.now().toISOString() });
  applyEvents(store, runId, events);
  setRunState(store, note, runId, standingOf({ runId }, attempts.at(-1) ?? null));
  const [first, last] = [attempts[0], attempts.at(-1)];
  if (first !== undefined && last !== undefined) setRunTimes(store, runId, { started: iso(first.first), ended: iso(last.last) });
  closeJobsOfRun(store, note, runId, 'database_restored');
  return true;
}
