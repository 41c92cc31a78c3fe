import { copyFile, mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import type { AdapterProvenance, AdapterSummary } from '../../protocol/adapters.ts';
import { failure, notFound } from '../../protocol/errors.ts';
import { adapterIdSchema, runIdSchema } from '../../protocol/ids.ts';
import { runFileSchema, type RunFile } from '../../protocol/runs.ts';
import { fileFacts, readTextFile } from '../platform/files.ts';
import { newId } from '../platform/newId.ts';
import { removeFolder } from '../platform/trash.ts';
import type { Workspace } from '../platform/workspace.ts';
import { adapterOfRun, insertAdapter, type NewAdapter } from '../store/adapters.ts';
import { findDataset } from '../store/datasets.ts';
import type { Store } from '../store/db.ts';
import { adapterFiles, ggufName, hashFile, readAdapterFolder, weightsName, type AdapterFolder } from './adapterFolder.ts';

export interface AdapterPlace {
  workspace: Workspace;
  store: Store;
}

/**
 * Gives a completed run's adapter a place, a version and a row, after checking it. It is called after its agent, or else
 * after its dataset. Calling it again answers the same
 * adapter: the worker may have died between copying and storing.
 */
export async function registerRunAdapter(
  place: AdapterPlace,
  runId: string,
  options: { agent: string | null; signal?: AbortSignal },
): Promise<AdapterSummary> {
  const run = runIdSchema.parse(runId);
  const existing = adapterOfRun(place.store, run);
  if (existing !== null) return located(place, existing);
  const runFolder = path.join(place.workspace.runs, run);
  const file = readRunFile(runFolder);
  const source = await readAdapterFolder(path.join(runFolder, 'adapter'), options.signal);
  const gguf = path.join(runFolder, ggufName);
  const extra = fileFacts(gguf) === null ? [] : [gguf];
  const copied = await copyAdapter(place, source, extra, options.signal);
  return storeAdapter(place, {
    id: copied.id,
    name: options.agent ?? findDataset(place.store, file.dataset.id)?.name ?? run,
    runId: run,
    agent: options.agent,
    state: 'candidate',
    baseModel: file.model.id,
    baseSha256: file.model.sha256,
    sha256: copied.content.sha256,
    hasGguf: copied.content.hasGguf,
    sizeBytes: copied.content.sizeBytes,
    path: copied.content.folder,
    created: place.store.clock.now().toISOString(),
    provenance: runProvenance(file, copied.content),
  });
}

/** Stores an adapter whose folder is in place. Its path is kept relative, so that a workspace can be moved. */
export function storeAdapter(place: AdapterPlace, adapter: NewAdapter): AdapterSummary {
  return located(place, insertAdapter(place.store, { ...adapter, path: path.relative(place.workspace.root, adapter.path).replaceAll(path.sep, '/') }));
}

/** The same adapter with the path of its folder on this machine. */
export function located(place: AdapterPlace, adapter: AdapterSummary): AdapterSummary {
  return { ...adapter, path: path.resolve(place.workspace.root, adapter.path) };
}

/**
 * Copies an adapter's files (and `extra` ones) into a new folder of the workspace and reads them back: the copy must have
 * the hashes of what was checked. The folder gets its name only when it is whole.
 */
export async function copyAdapter(
  place: AdapterPlace,
  source: AdapterFolder,
  extra: readonly string[],
  signal?: AbortSignal,
): Promise<{ id: AdapterSummary['id']; content: AdapterFolder }> {
  const id = adapterIdSchema.parse(newId('ad', place.store.clock.now()));
  const folder = path.join(place.workspace.adapters, id);
  const unfinished = `${folder}.tmp`;
  await mkdir(unfinished, { recursive: true });
  try {
    for (const name of adapterFiles) {
      const from = path.join(source.folder, name);
      if (fileFacts(from) !== null) await copyFile(from, path.join(unfinished, name));
    }
    for (const from of extra) await copyFile(from, path.join(unfinished, path.basename(from)));
    const content = await readAdapterFolder(unfinished, signal);
    await checkCopy(source, extra, content);
    await rename(unfinished, folder);
    return { id, content: { ...content, folder } };
  } catch (error) {
    await removeFolder(unfinished);
    throw error;
  }
}

async function checkCopy(source: AdapterFolder, extra: readonly string[], copy: AdapterFolder): Promise<void> {
  const gguf = extra.find((file) => path.basename(file) === ggufName);
  const expectedGguf = gguf === undefined ? source.ggufSha256 : await hashFile(gguf);
  if (copy.sha256 === source.sha256 && copy.ggufSha256 === expectedGguf) return;
  throw failure('adapter_copy_differs', `The copy of ${path.join(source.folder, weightsName)} differs from the original.`, {
    hint: 'The disk may be full or failing. Try again.',
  });
}

function readRunFile(runFolder: string): RunFile {
  const text = readTextFile(path.join(runFolder, 'config.json'));
  if (text === null) throw notFound('run_not_found', `There is no run in ${runFolder}.`);
  return runFileSchema.parse(JSON.parse(text));
}

function runProvenance(run: RunFile, content: AdapterFolder): AdapterProvenance {
  return {
    source: 'run',
    importedFrom: null,
    baseRevision: run.model.revision,
    baseTokenizerSha256: run.model.tokenizerSha256,
    baseTemplateSha256: run.model.templateSha256,
    baseVocabularySize: run.model.vocabularySize,
    dataset: { id: run.dataset.id, version: run.dataset.version, sha256: run.dataset.sha256 },
    method: run.config.method,
    configHash: run.configHash,
    gitCommit: run.gitCommit,
    rank: content.config.r,
    alpha: content.config.lora_alpha,
    targetModules: content.modules,
    ggufSha256: content.ggufSha256,
  };
}

