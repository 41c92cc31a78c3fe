import path from 'node:path';
import { runFileSchema, type RunFile } from '../../protocol/runs.ts';
import { readTextFile } from '../platform/files.ts';

/** A run's `config.json`; null where it is missing or damaged. */
export function readRunFile(folder: string): RunFile | null {
  const text = readTextFile(path.join(folder, 'config.json'));
  if (text === null) return null;
  try {
    return runFileSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // Torn or overwritten: it says nothing.
    return null;
  }
}
