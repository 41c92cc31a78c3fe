import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findHome, homeAt, type Home } from '../../src/backend/platform/workspace.ts';
import { runPython } from './trainerPython.ts';

export const tinyModel = 'tiny-llama';
const cache = path.resolve(import.meta.dirname, '..', '..', '.build', 'test-models');

/**
 * A home folder of the test's own: the Python environment and the models of this machine by link, so that nothing is
 * installed, and device leases that collide with no other test's. With the tiny random Llama as a further model.
 */
export async function makeTestHome(): Promise<Home> {
  return await fillTestHome(mkdtempSync(path.join(tmpdir(), 'camp-home-')));
}

/** The same in a folder of the caller's. */
export async function fillTestHome(root: string): Promise<Home> {
  const real = findHome(process.env, process.platform);
  const home = homeAt(root);
  mkdirSync(root, { recursive: true });
  symlinkSync(real.python, home.python, 'junction');
  mkdirSync(path.join(home.models, tinyModel), { recursive: true });
  symlinkSync(await tinyModelFolder(real), path.join(home.models, tinyModel, 'hf'), 'junction');
  return home;
}

/** Adds the installed models of this machine, the built-in one above all. */
export function linkModels(home: Home): void {
  const real = findHome(process.env, process.platform);
  if (!existsSync(real.models)) return;
  for (const model of readdirSync(real.models)) {
    const link = path.join(home.models, model);
    if (!existsSync(link)) symlinkSync(path.join(real.models, model), link, 'junction');
  }
}

async function tinyModelFolder(real: Home): Promise<string> {
  const folder = path.join(cache, tinyModel);
  if (existsSync(path.join(folder, 'config.json'))) return folder;
  mkdirSync(cache, { recursive: true });
  const staging = mkdtempSync(path.join(cache, '.new-'));
  await runPython(real, [path.join(import.meta.dirname, 'tiny_model.py'), staging]);
  try {
    renameSync(staging, folder);
  } catch (error) {
    // Another test file made it first.
    if (!existsSync(folder)) throw error;
    rmSync(staging, { recursive: true, force: true });
  }
  return folder;
}
