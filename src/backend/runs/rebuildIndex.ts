import path from 'node:path';
import { runIdSchema } from '../../protocol/ids.ts';
import { findVersions } from '../datasets/foundVersions.ts';
import { usesOfWorkspace } from '../platform/deviceLease.ts';
import { listFolder } from '../platform/files.ts';
import type { Home, Workspace } from '../platform/workspace.ts';
import { transact, type Note } from '../store/changes.ts';
import type { Store } from '../store/db.ts';
import { insertFoundAttempt, insertFoundVersion, isIndexEmpty, setRunTimes } from '../store/reindex.ts';
import { insertRun } from '../store/runs.ts';
import { setRunState } from '../store/runState.ts';
import { applyEvents } from './applyEvents.ts';
import { findAttempts, reasonOf, standingOf } from './attemptTraces.ts';
import { readRunFile } from './runFile.ts';

export interface Rebuilt {
  datasets: number;
  runs: number;
  /** Runs whose trainers live: nothing is rebuilt while there are any. */
  busy: string[];
}

/** The time of an event. */
export const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** Whether a workspace has datasets or runs: an empty database beside them was lost, and is no beginning. */
export function hasFolders(workspace: Workspace): boolean {
  return [workspace.datasets, workspace.runs].some((folder) => listFolder(folder).some((name) => !name.startsWith('.')));
}

/**
 * Makes the index of datasets, runs and metrics again from their folders where the database was lost. Null when there
 * is nothing to do. All or nothing: a crash leaves the database empty, and the next command begins anew. The queue is
 * not brought back: a run that was not over is interrupted, and can be resumed where it has a checkpoint.
 */
export function rebuildIndex(store: Store, workspace: Workspace, home: Home): Rebuilt | null {
  if (!isIndexEmpty(store) || !hasFolders(workspace)) return null;
  const busy = usesOfWorkspace(home.leases, workspace.root).map((use) => use.runId);
  if (busy.length > 0) return { datasets: 0, runs: 0, busy };
  return transact(store, (note) => {
    // Another process may have been faster.
    if (!isIndexEmpty(store)) return null;
    const versions = findVersions(workspace.datasets).filter((version) => insertFoundVersion(store, note, version));
    const runs = listFolder(workspace.runs).filter((name) => indexRun(store, note, workspace, name));
    return { datasets: new Set(versions.map((version) => version.id)).size, runs: runs.length, busy };
  });
}

/** Adds a run that the database does not know, as its folder tells of it. False: it is none, or is not whole. */
export function indexRun(store: Store, note: Note, workspace: Workspace, name: string): boolean {
  const id = runIdSchema.safeParse(name);
  const folder = path.join(workspace.runs, name);
  const file = id.success ? readRunFile(folder) : null;
  if (file === null || file.runId !== name) return false;
  const { runId } = file;
  insertRun(store, note, {
    id: runId,
    jobId: null,
    method: file.config.method,
    model: file.model.id,
    modelSha256: file.model.sha256,
    datasetId: file.dataset.id,
    datasetVersion: file.dataset.version,
    agent: file.agent,
    parentRunId: file.startFrom?.runId ?? null,
    configHash: file.configHash,
    gitCommit: file.gitCommit,
    path: folder,
    created: file.created,
  });
  const attempts = findAttempts(path.join(folder, 'events.jsonl'));
  attempts.forEach(({ id: attempt, first, last, final }, index) =>
    insertFoundAttempt(store, { id: attempt, runId, number: index + 1, endReason: reasonOf(final), started: iso(first), ended: iso(last) }),
  );
  applyEvents(store, runId, path.join(folder, 'events.jsonl'));
  setRunState(store, note, runId, standingOf(file, attempts.at(-1) ?? null));
  const started = attempts[0]?.first;
  setRunTimes(store, runId, { started: started === undefined ? null : iso(started), ended: iso(attempts.at(-1)?.last ?? Date.parse(file.created) / 1000) });
  return true;
}
