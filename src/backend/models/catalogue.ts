import path from 'node:path';
import { z } from 'zod';
import { failure, needsConfirmation, notFound, usageError } from '../../protocol/errors.ts';
import type { ModelInfoResult, ModelSummary } from '../../protocol/models.ts';
import { cachedFileSha256 } from '../platform/fileHash.ts';
import { fileFacts, listFolder, readTextFile } from '../platform/files.ts';
import { removeFolder } from '../platform/trash.ts';
import type { Home } from '../platform/workspace.ts';
import { readBaseModel } from './identity.ts';
import { builtInModel, embeddingModel, hasNoHead, hashCacheFolder, hubCacheFolder, madeForEmbeddings } from './resolveModel.ts';

export interface CatalogueInit {
  home: Home;
  env: NodeJS.ProcessEnv;
}

const modelIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const ggufName = 'model-f16.gguf';

/**
 * Every base model on this machine: the built-in one and the embedding model first, installed or not, then those under
 * the home folder and in the hub's cache.
 */
export function listModels(init: CatalogueInit): ModelSummary[] {
  const inHome = listFolder(init.home.models).filter((name) => modelIdPattern.test(name) && name !== builtInModel && name !== embeddingModel);
  return [
    summaryInHome(init, builtInModel),
    summaryInHome(init, embeddingModel),
    ...inHome.map((name) => summaryInHome(init, name)).filter((model) => model.isInstalled),
    ...hubModels(init),
  ];
}

export function findModelSummary(init: CatalogueInit, id: string): ModelSummary {
  const found = listModels(init).find((model) => model.id === id);
  if (found !== undefined) return found;
  throw notFound('model_not_found', `There is no model “${id}” on this machine.`, { hint: 'training model list shows those that are here.' });
}

/** What a model is, with its hashes. Nothing of it is run. */
export async function modelInfo(init: CatalogueInit, id: string, signal: AbortSignal): Promise<ModelInfoResult> {
  const model = findModelSummary(init, id);
  if (!model.isInstalled) {
    throw notFound('model_not_installed', `The model “${id}” is not installed.`, { hint: `Run: training model pull ${id}` });
  }
  const cache = hashCacheFolder(init.home);
  const base = model.path === null ? null : await readBaseModel({ id, folder: model.path, revision: model.revision }, cache, signal);
  return {
    model,
    layers: base?.identity.layers ?? null,
    parameters: base?.identity.parameters ?? null,
    contextLength: base?.identity.contextLength ?? null,
    vocabularySize: base?.identity.vocabularySize ?? null,
    hasTemplate: (base?.identity.templateSha256 ?? null) !== null,
    sha256: base?.identity.sha256 ?? null,
    tokenizerSha256: base?.identity.tokenizerSha256 ?? null,
    templateSha256: base?.identity.templateSha256 ?? null,
    ggufSha256: model.gguf === null ? null : await cachedFileSha256(model.gguf, cache, signal),
  };
}

/** Deletes a model under the home folder. The hub's cache belongs to other programs too, so it is left alone. */
export async function removeModel(
  init: CatalogueInit,
  id: string,
  isConfirmed: boolean,
): Promise<{ id: string; removed: string; freedBytes: number }> {
  const model = findModelSummary(init, id);
  if (model.source === 'hub') {
    throw usageError('model_not_ours', `“${id}” lies in the hub’s cache, which other programs use too.`, { hint: `Remove it with the hub’s own tool, or delete ${model.path ?? 'its folder'}.` });
  }
  const folder = path.join(init.home.models, id);
  if (!model.isInstalled) throw notFound('model_not_installed', `The model “${id}” is not installed.`);
  if (!isConfirmed) {
    throw needsConfirmation('confirm_model_remove', `This deletes ${folder} (${String(Math.round(model.sizeBytes / 1e6))} MB).`, { hint: 'Add --yes.' });
  }
  await removeFolder(folder);
  return { id, removed: folder, freedBytes: model.sizeBytes };
}

/** The GGUF that answers for a model: a file by its path, or the one beside a model's weights. */
export function ggufOf(init: CatalogueInit, nameOrPath: string): { id: string; gguf: string } {
  if (nameOrPath.toLowerCase().endsWith('.gguf')) {
    const file = path.resolve(nameOrPath);
    if (fileFacts(file)?.isFolder !== false) throw notFound('model_not_found', `There is no file ${file}.`);
    return { id: nameOrPath, gguf: file };
  }
  const model = findModelSummary(init, nameOrPath);
  if (model.isEmbedding) throw madeForEmbeddings(model.id);
  if (model.gguf !== null) return { id: model.id, gguf: model.gguf };
  if (!model.isInstalled) {
    throw notFound('model_not_installed', `The model “${nameOrPath}” is not installed.`, { hint: model.source === 'built-in' ? 'Run: training setup' : 'training model list' });
  }
  throw failure('model_without_gguf', `The model “${nameOrPath}” has no GGUF, which the inference host needs.`, {
    hint: 'Give --model the path of a GGUF of it, or ask the built-in model.',
  });
}

function summaryInHome(init: CatalogueInit, id: string): ModelSummary {
  const root = path.join(init.home.models, id);
  const folder = path.join(root, 'hf');
  const gguf = path.join(root, ggufName);
  return summary({ id, source: id === builtInModel || id === embeddingModel ? 'built-in' : 'home', folder, gguf, revision: null });
}

function hubModels(init: CatalogueInit): ModelSummary[] {
  const cache = hubCacheFolder(init.env);
  const folders = listFolder(cache).filter((name) => /^models--[A-Za-z0-9][\w.-]*--[\w.-]+$/.test(name));
  return folders.flatMap((name) => {
    const [, owner = '', ...rest] = name.split('--');
    const root = path.join(cache, name);
    const main = readTextFile(path.join(root, 'refs', 'main'))?.trim();
    const snapshots = listFolder(path.join(root, 'snapshots'));
    const revision = main !== undefined && snapshots.includes(main) ? main : snapshots[0];
    if (revision === undefined) return [];
    const folder = path.join(root, 'snapshots', revision);
    const model = summary({ id: `${owner}/${rest.join('--')}`, source: 'hub', folder, gguf: null, revision });
    return model.isInstalled ? [model] : [];
  });
}

function summary(place: { id: string; source: ModelSummary['source']; folder: string; gguf: string | null; revision: string | null }): ModelSummary {
  const weights = listFolder(place.folder).filter((name) => name.endsWith('.safetensors') && !name.startsWith('adapter_'));
  const weightBytes = weights.reduce((sum, name) => sum + (fileFacts(path.join(place.folder, name))?.sizeBytes ?? 0), 0);
  const ggufBytes = place.gguf === null ? 0 : (fileFacts(place.gguf)?.sizeBytes ?? 0);
  const hasGguf = place.gguf !== null && ggufBytes > 0;
  const architecture = architectureOf(place.folder);
  const hasWeights = weightBytes > 0 && architecture !== null;
  const isEmbedding = place.id === embeddingModel || (architecture !== null && hasNoHead(architecture));
  return {
    id: place.id,
    source: place.source,
    isInstalled: hasWeights || hasGguf,
    canTrain: hasWeights && !isEmbedding,
    canAsk: hasGguf && !isEmbedding,
    isEmbedding,
    canEmbed: hasGguf && isEmbedding,
    architecture,
    path: hasWeights ? place.folder : null,
    gguf: hasGguf ? place.gguf : null,
    revision: place.revision,
    sizeBytes: weightBytes + ggufBytes,
  };
}

const configSchema = z.looseObject({ architectures: z.array(z.string()).min(1) });

function architectureOf(folder: string): string | null {
  const text = readTextFile(path.join(folder, 'config.json'));
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A folder with a damaged config is listed as not usable; `model info` names the fault.
    return null;
  }
  return configSchema.safeParse(value).data?.architectures[0] ?? null;
}
