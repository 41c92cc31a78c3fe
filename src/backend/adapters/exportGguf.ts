import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { CampError } from '../../protocol/errors.ts';
import { newId } from '../platform/newId.ts';
import { runTrainerCommand } from '../platform/trainerCommand.ts';
import { removeFolder } from '../platform/trash.ts';
import { ggufName } from './adapterFolder.ts';
import type { AdapterPlace } from './register.ts';

export interface GgufExport {
  /** Folder in PEFT's layout. */
  adapter: string;
  /** Folder of the base model. */
  base: string;
  python: () => { python: string; trainerFolder: string };
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

const resultSchema = z.looseObject({ output: z.string(), tensors: z.int() });

/**
 * Makes an adapter's GGUF twin in a folder that is gone after `use`. Where it cannot be made, `use` gets null and the
 * sentence that says why: the adapter itself is whole without it.
 */
export async function withGguf<T>(place: AdapterPlace, init: GgufExport, use: (file: string | null, problem: string | null) => Promise<T>): Promise<T> {
  const folder = path.join(place.workspace.adapters, `.${newId('ad', place.store.clock.now())}.gguf.tmp`);
  await mkdir(folder, { recursive: true });
  try {
    const file = path.join(folder, ggufName);
    const problem = await problemOf(exportTo(file, init));
    return await use(problem === null ? file : null, problem);
  } finally {
    await removeFolder(folder);
  }
}

async function exportTo(output: string, { adapter, base, python, env, signal }: GgufExport): Promise<void> {
  await runTrainerCommand({ ...python(), command: 'export-gguf', request: { adapter, base, output }, result: resultSchema, env, signal });
}

/** Refusals and a missing Python are answers; a bug or an abort is not. */
async function problemOf(work: Promise<void>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (!(error instanceof CampError)) throw error;
    return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  }
}
