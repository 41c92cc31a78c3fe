import type { RunId } from '../../protocol/ids.ts';
import { notFound } from '../../protocol/errors.ts';
import type { RunState } from '../../protocol/runs.ts';
import { transact } from '../store/changes.ts';
import type { Store } from '../store/db.ts';
import { openJobOfRun, type StopRequest } from '../store/jobs.ts';
import { hasEnded, readStanding, setRunState } from '../store/runState.ts';
import { cancelJob } from './queue.ts';

/**
 * Asks a run to end and answers its state now: `cancelled` when it had not begun, `stopping` while its trainer saves,
 * the state it had when it was over already. Asking twice changes nothing.
 */
export function stopRun(store: Store, runId: RunId, request: StopRequest): RunState {
  return transact(store, (note) => {
    const run = requireRun(store, runId);
    if (hasEnded(run.state)) return run.state;
    const job = openJobOfRun(store, runId);
    if (job === null) {
      setRunState(store, note, runId, { state: 'cancelled' });
    } else {
      cancelJob(store, job.id, request);
    }
    return requireRun(store, runId).state;
  });
}

/**
 * Waits until a run is over, for at most `timeoutMs`. `lookAgain` is called now and then: it starts a worker where the
 * last one died. Answers the state at the end of the wait.
 */
export async function waitForEnd(
  store: Store,
  runId: RunId,
  options: { timeoutMs: number; signal: AbortSignal; lookAgain: () => Promise<void> },
): Promise<RunState> {
  const deadline = store.clock.monotonicMs() + options.timeoutMs;
  for (;;) {
    const { state } = requireRun(store, runId);
    if (hasEnded(state) || store.clock.monotonicMs() > deadline || options.signal.aborted) return state;
    await options.lookAgain();
    await store.clock.sleep(100, options.signal);
  }
}

function requireRun(store: Store, runId: RunId): { state: RunState } {
  const run = readStanding(store, runId);
  if (run === null) throw notFound('run_not_found', `There is no run ${runId}.`, { hint: 'training list shows the runs.' });
  return run;
}
