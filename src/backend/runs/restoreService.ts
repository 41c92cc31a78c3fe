import { existsSync } from 'node:fs';
import path from 'node:path';
import { failure, notFound } from '../../protocol/errors.ts';
import type { RestorePlan, RestoreResult } from '../../protocol/restore.ts';
import { systemClock } from '../platform/clock.ts';
import { usesOfWorkspace } from '../platform/deviceLease.ts';
import { withLockFile } from '../platform/lockFile.ts';
import type { Home, Workspace } from '../platform/workspace.ts';
import type { Store } from '../store/db.ts';
import { databaseOf } from '../store/openWorkspace.ts';
import { findBackup, findProblem, replaceDatabase } from '../store/restore.ts';
import { completeIndex } from './completeIndex.ts';

interface RestoreInit {
  workspace: Workspace;
  home: Home;
  /** Closes the database where this process has it open. */
  closeStore: () => void;
  /** Opens it as every command does: into an empty one, the index is made again from the folders. */
  openStore: () => Store;
}

/** Replaces a database that can't be used by the newest backup that can. */
export interface RestoreService {
  /** What would happen. Changes nothing. */
  plan(): RestorePlan;
  /** Does it; a database that is whole is left as it is. Throws `database_in_use` while a trainer of the workspace lives. */
  restore(signal: AbortSignal): Promise<RestoreResult>;
}

export function makeRestore(init: RestoreInit): RestoreService {
  return { plan: () => plan(init), restore: (signal) => restore(init, signal) };
}

function plan({ workspace, home, closeStore }: RestoreInit): RestorePlan {
  const database = existsSync(workspace.training) ? databaseOf(workspace, home) : workspace.database;
  if (!existsSync(database)) {
    throw notFound('database_missing', `There is no database at ${database}.`, { hint: 'The next command that needs one makes it, with the index of the datasets and runs that are there.' });
  }
  // It may be open here from before it was damaged, or before another took its place.
  closeStore();
  const problem = findProblem(database);
  if (problem === null) return { database, problem: null, backup: null, rejected: [], loses: 'Nothing: the database opens and is whole.' };
  const { backup, rejected } = findBackup(database);
  return { database, problem: { code: problem.code, message: problem.message }, backup, rejected, loses: lossOf(backup?.made ?? null) };
}

async function restore(init: RestoreInit, signal: AbortSignal): Promise<RestoreResult> {
  const { workspace, home, closeStore, openStore } = init;
  const lock = { file: path.join(workspace.training, 'restore.lock'), clock: systemClock, signal };
  return await withLockFile(lock, async () => {
    const planned = plan(init);
    const { database, problem, backup } = planned;
    if (problem === null) return { ...planned, trash: null, datasets: 0, runs: 0 };
    const busy = usesOfWorkspace(home.leases, workspace.root).map(({ runId }) => runId);
    if (busy.length > 0) {
      throw failure('database_in_use', `${busy.join(', ')} goes on, and what it does would be in neither database.`, {
        hint: 'Wait until it is over, or end its processes: its checkpoints are files, and it can be resumed.',
        details: { runs: busy },
      });
    }
    const trash = replaceDatabase(database, backup, { trash: workspace.trash, clock: systemClock });
    closeStore();
    const store = openStore();
    const { datasets, runs } = backup === null ? countAll(store) : completeIndex(store, workspace);
    return { ...planned, trash, datasets, runs };
  });
}

/** What the opening of an empty database has found. */
function countAll(store: Store): { datasets: number; runs: number } {
  const count = (table: 'datasets' | 'runs') => store.db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? 0;
  return { datasets: count('datasets'), runs: count('runs') };
}

function lossOf(made: string | null): string {
  const rest = 'Datasets, runs, checkpoints and adapters are files and stay; what they tell is read from them again.';
  if (made === null) return `There is no backup that can be used: the queue, versions of adapters and their tests do not come back. ${rest} The old file is kept in the trash.`;
  return `What was stored after ${made} and is in the database alone does not come back: changes of the queue, versions of adapters and their tests. ${rest} The old file is kept in the trash.`;
}
