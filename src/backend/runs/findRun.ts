import { notFound, usageError } from '../../protocol/errors.ts';
import type { RunSummary } from '../../protocol/runs.ts';
import type { Store } from '../store/db.ts';
import { listRuns, readRun, runIdsLike } from '../store/runs.ts';

/** A run by its id, by the beginning of its id (with or without `run_`), or `latest`. */
export function findRun(store: Store, reference: string): RunSummary {
  const run = lookUp(store, reference);
  if (run !== null) return run;
  if (reference === 'latest') throw notFound('run_not_found', 'There is no run yet.', { hint: 'training start --dataset DATASET makes one; training datasets lists the datasets.' });
  throw notFound('run_not_found', `There is no run “${reference}”.`, { hint: 'training list shows the runs.' });
}

function lookUp(store: Store, reference: string): RunSummary | null {
  if (reference === 'latest') {
    return listRuns(store, { states: [], agent: null, dataset: null, model: null, since: null, limit: 1, after: null })[0] ?? null;
  }
  const exact = readRun(store, reference);
  if (exact !== null || reference.length < 3) return exact;
  for (const prefix of [reference, `run_${reference}`]) {
    const [first, second] = runIdsLike(store, prefix);
    if (first !== undefined && second !== undefined) {
      throw usageError('run_ambiguous', `“${reference}” is the beginning of several runs, ${first} and ${second} among them.`);
    }
    if (first !== undefined) return readRun(store, first);
  }
  return null;
}
