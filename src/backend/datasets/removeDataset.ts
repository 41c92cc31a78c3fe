import path from 'node:path';
import { z } from 'zod';
import { failure, needsConfirmation } from '../../protocol/errors.ts';
import type { RunId } from '../../protocol/ids.ts';
import { listFolder, readTextFile } from '../platform/files.ts';
import { moveToTrash } from '../platform/trash.ts';
import type { Workspace } from '../platform/workspace.ts';
import { listVersions, openRuns, removeDataset, type DatasetVersion, type RunOfDataset } from '../store/datasets.ts';
import type { Store } from '../store/db.ts';

export interface RemoveOptions {
  workspace: Workspace;
  isConfirmed: boolean;
  /** Also when stopped runs could still be resumed from it. */
  isForced: boolean;
}

export interface Removal {
  versions: number;
  trash: string;
  /** Runs that can't be resumed any more. */
  endedRuns: RunId[];
}

/**
 * Moves a dataset with all its versions to the trash. Refused while a run that is not over needs it, and while a
 * stopped one could go on from a checkpoint, unless it is told to give those up.
 */
export async function removeToTrash(store: Store, dataset: DatasetVersion, options: RemoveOptions): Promise<Removal> {
  const { workspace } = options;
  const check = (): RunId[] => refuseWhileNeeded(dataset, runsThatNeed(store, dataset, workspace.runs), options.isForced);
  const given = check();
  const versions = listVersions(store, dataset.id).length;
  if (!options.isConfirmed) {
    const runs = given.length === 0 ? '' : ` ${listed(given)} can then not be resumed any more; what ${given.length === 1 ? 'it' : 'they'} trained so far stays.`;
    throw needsConfirmation('confirm_remove', `This removes dataset “${dataset.name}” with ${String(versions)} version${versions === 1 ? '' : 's'}.${runs}`, {
      hint: 'Add --yes to do it. It is moved to .training/trash.',
      details: { endedRuns: given },
    });
  }
  let endedRuns: RunId[] = [];
  removeDataset(store, dataset.id, () => {
    endedRuns = check();
  });
  const stamp = store.clock.now().toISOString().replace(/[:.]/g, '-');
  const trash = await moveToTrash(path.join(workspace.datasets, dataset.id), workspace.trash, stamp);
  return { versions, trash, endedRuns };
}

interface NeedingRuns {
  active: RunOfDataset[];
  /** Over, with a checkpoint to go on from. */
  resumable: RunOfDataset[];
}

/** Answers the runs that removing ends for good. */
function refuseWhileNeeded(dataset: DatasetVersion, { active, resumable }: NeedingRuns, isForced: boolean): RunId[] {
  const [first] = active;
  if (first !== undefined) {
    throw failure('dataset_in_use', `${said(active)} ${active.length === 1 ? 'needs' : 'need'} dataset “${dataset.name}”.`, {
      hint: `Wait, or stop ${active.length === 1 ? 'it' : 'them'}: training stop ${first.id}`,
      details: { runs: [...active, ...resumable] },
    });
  }
  if (resumable.length > 0 && !isForced) {
    throw failure('dataset_in_use', `${said(resumable)} could still be resumed, and ${resumable.length === 1 ? 'needs' : 'need'} dataset “${dataset.name}” for that.`, {
      hint: 'Resume first (training resume RUN), or give that up with --force: checkpoints, results and adapters stay, and the runs can’t be resumed any more.',
      details: { runs: resumable },
    });
  }
  return resumable.map((run) => run.id);
}

function runsThatNeed(store: Store, dataset: DatasetVersion, runsFolder: string): NeedingRuns {
  const needing: NeedingRuns = { active: [], resumable: [] };
  for (const { id, state, datasetId } of openRuns(store)) {
    if (datasetId !== dataset.id && validationDatasetOf(path.join(runsFolder, id)) !== dataset.id) continue;
    const isOver = state === 'cancelled' || state === 'failed' || state === 'interrupted';
    if (!isOver) needing.active.push({ id, state });
    else if (listFolder(path.join(runsFolder, id, 'checkpoints')).some((name) => /^step-\d+$/.test(name))) needing.resumable.push({ id, state });
  }
  return needing;
}

/** What of a run's config.json says which other dataset its validation rows come from. */
const runDatasetsSchema = z.object({ dataset: z.object({ validationDataset: z.object({ id: z.string() }).nullish() }) });

function validationDatasetOf(runFolder: string): string | null {
  const text = readTextFile(path.join(runFolder, 'config.json'));
  const parsed = runDatasetsSchema.safeParse(parseJson(text ?? 'null'));
  return parsed.success ? (parsed.data.dataset.validationDataset?.id ?? null) : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A damaged run folder can't be resumed either.
    return null;
  }
}

function said(runs: readonly RunOfDataset[]): string {
  return listed(runs.map((run) => `${run.id} (${run.state})`));
}

function listed(names: readonly string[]): string {
  return `${names.length === 1 ? 'Run' : 'Runs'} ${names.join(', ')}`;
}
