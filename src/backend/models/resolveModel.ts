import { homedir } from 'node:os';
import path from 'node:path';
import { notFound, usageError, type CampError } from '../../protocol/errors.ts';
import { fileFacts, listFolder, readTextFile } from '../platform/files.ts';
import type { Home } from '../platform/workspace.ts';
import { readBaseModel, type BaseModel } from './identity.ts';

/** The model that set-up brings: real, small, and no download from a hub. */
export const builtInModel = 'smollm2-135m-instruct';
/** The model that makes vectors of texts; `training model pull` brings it. */
export const embeddingModel = 'all-MiniLM-L6-v2';

export interface ModelSearch {
  home: Home;
  env: NodeJS.ProcessEnv;
  /** Folders that a relative path is tried against, in order. */
  roots: readonly string[];
}

/** Where hashes of large files are remembered. */
export function hashCacheFolder(home: Home): string {
  return path.join(home.root, 'cache', 'sha256');
}

/**
 * Finds a base model by what a person names: a model under the home folder (the built-in one among them), a folder, or
 * owner/name in the hub's cache on this machine. Nothing is downloaded and nothing of the model is run. A model that is
 * made for embeddings is `model_for_embeddings`.
 */
export async function resolveModel(name: string, search: ModelSearch, signal?: AbortSignal): Promise<BaseModel> {
  const found = await readBaseModel(findModel(name, search), hashCacheFolder(search.home), signal);
  if (hasNoHead(found.identity.architecture)) throw madeForEmbeddings(name);
  return found;
}

/** An architecture without an output layer, such as BertModel, gives states and no words: it is made for embeddings. */
export function hasNoHead(architecture: string): boolean {
  return /(?<!LMHead)Model$/.test(architecture);
}

export function madeForEmbeddings(name: string): CampError {
  return usageError('model_for_embeddings', `“${name}” makes vectors of texts: it can be neither trained nor asked.`, {
    hint: 'training model list shows what each model can do. Vectors come from training serve (/v1/embeddings).',
  });
}

function findModel(name: string, search: ModelSearch): { id: string; folder: string; revision: string | null } {
  if (/^[a-z0-9][a-z0-9._-]{0,99}$/i.test(name)) {
    const folder = path.join(search.home.models, name, 'hf');
    if (isModelFolder(folder)) return { id: name, folder, revision: null };
  }
  for (const root of search.roots) {
    const folder = path.resolve(root, name);
    if (isModelFolder(folder)) return { id: name, folder, revision: null };
  }
  const cached = findInHubCache(name, search.env);
  if (cached !== null) return cached;
  throw notFound('model_not_found', `There is no model “${name}” on this machine.`, {
    hint:
      name === builtInModel
        ? 'Run: training setup'
        : 'Name the built-in model, a folder with config.json and *.safetensors, or a model of the hub’s cache; training model list shows them.',
  });
}

/** The hub's cache on this machine, by the variables that its own client reads. */
export function hubCacheFolder(env: NodeJS.ProcessEnv): string {
  return env['HF_HUB_CACHE'] ?? env['HUGGINGFACE_HUB_CACHE'] ?? path.join(env['HF_HOME'] ?? path.join(homedir(), '.cache', 'huggingface'), 'hub');
}

/** Layout of the hub's cache: models--owner--name/refs/main names the snapshot (huggingface_hub, "Understand caching"). */
function findInHubCache(name: string, env: NodeJS.ProcessEnv): { id: string; folder: string; revision: string } | null {
  if (!/^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/.test(name) || name.includes('..')) return null;
  const root = path.join(hubCacheFolder(env), `models--${name.replace('/', '--')}`);
  const main = readTextFile(path.join(root, 'refs', 'main'))?.trim() ?? '';
  const revisions = /^[0-9a-f]{40}$/.test(main) ? [main] : listFolder(path.join(root, 'snapshots'));
  for (const revision of revisions) {
    const folder = path.join(root, 'snapshots', revision);
    if (isModelFolder(folder)) return { id: name, folder, revision };
  }
  return null;
}

function isModelFolder(folder: string): boolean {
  return fileFacts(path.join(folder, 'config.json')) !== null;
}
