import { Script } from 'node:vm';

const script = new Script('work()');

/**
 * Runs `work` and ends it after `ms`, wherever it is: a plain call can't be stopped from outside, and a query that
 * somebody else wrote may never end. Null where the time was over. `work` must be synchronous, without side effects.
 */
export function callWithin<Value>(ms: number, work: () => Value): { value: Value } | null {
  const done: { value: Value }[] = [];
  try {
    // V8 ends everything that runs below the script, our own function among it.
    script.runInNewContext({ work: () => void done.push({ value: work() }) }, { timeout: ms });
  } catch (error) {
    // The error is of the script's own realm, where Error is another.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
    throw error;
  }
  return done[0] ?? null;
}
