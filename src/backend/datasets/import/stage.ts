import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeFailure } from './rowsWriter.ts';

const prefix = '.stage-';

/**
 * A folder in which a version is built before it is moved to its place in one step. A plan builds in the system's
 * temporary folder: the workspace is not touched.
 */
export function makeStage(options: { isPlan: boolean; datasets: string; isAlive: (pid: number) => boolean }): string {
  try {
    if (options.isPlan) return mkdtempSync(path.join(tmpdir(), 'training-camp-plan-'));
    mkdirSync(options.datasets, { recursive: true });
    clearDeadStages(options.datasets, options.isAlive);
    const stage = path.join(options.datasets, `${prefix}${String(process.pid)}-${randomBytes(4).toString('hex')}`);
    mkdirSync(stage);
    return stage;
  } catch (error) {
    throw asWriteFailure(error);
  }
}

export function removeStage(stage: string): void {
  rmSync(stage, { recursive: true, force: true, maxRetries: 5 });
}

export function asWriteFailure(error: unknown): unknown {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(E[A-Z]+|SQLITE_FULL)$/.test(error.code)
    ? writeFailure(error.code, error.message)
    : error;
}

/** What killed imports left behind. */
function clearDeadStages(datasets: string, isAlive: (pid: number) => boolean): void {
  for (const name of readdirSync(datasets)) {
    const pid = Number(/^\.stage-(\d+)-/.exec(name)?.[1] ?? Number.NaN);
    if (Number.isInteger(pid) && pid !== process.pid && !isAlive(pid)) removeStage(path.join(datasets, name));
  }
}
