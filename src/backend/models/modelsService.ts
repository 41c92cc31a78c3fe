import { usageError } from '../../protocol/errors.ts';
import type { ModelInfoResult, ModelSummary } from '../../protocol/models.ts';
import { findModelSummary, listModels, modelInfo, removeModel, type CatalogueInit } from './catalogue.ts';
import { builtInModel, embeddingModel } from './resolveModel.ts';

type PullProgress = (message: string, share: number | null) => void;

export interface ModelsInit extends CatalogueInit {
  /** Set-up of the built-in model: resumable, and a no-op where it is there. */
  installBuiltIn: (onProgress: PullProgress, signal: AbortSignal) => Promise<void>;
  /** The same of the embedding model, for which set-up must have been run. */
  installEmbedding: (onProgress: PullProgress, signal: AbortSignal) => Promise<void>;
}

export interface Models {
  list(): ModelSummary[];
  info(id: string, signal: AbortSignal): Promise<ModelInfoResult>;
  pull(id: string, onProgress: PullProgress, signal: AbortSignal): Promise<{ model: ModelSummary; pulled: boolean }>;
  remove(id: string, isConfirmed: boolean): Promise<{ id: string; removed: string; freedBytes: number }>;
}

/** Base models of this machine, behind the `training model` commands. */
export function makeModels(init: ModelsInit): Models {
  return {
    list: () => listModels(init),
    info: (id, signal) => modelInfo(init, id, signal),
    pull: (id, onProgress, signal) => pullModel(init, id, onProgress, signal),
    remove: (id, isConfirmed) => removeModel(init, id, isConfirmed),
  };
}

async function pullModel(
  init: ModelsInit,
  name: string,
  onProgress: PullProgress,
  signal: AbortSignal,
): Promise<{ model: ModelSummary; pulled: boolean }> {
  // Its name is written in many ways.
  const id = name.toLowerCase() === embeddingModel.toLowerCase() ? embeddingModel : name;
  const here = listModels(init).find((model) => model.id === id);
  if (id === builtInModel) {
    if (here?.canTrain === true && here.canAsk) return { model: here, pulled: false };
    await init.installBuiltIn(onProgress, signal);
    return { model: findModelSummary(init, id), pulled: true };
  }
  if (id === embeddingModel) {
    if (here?.canEmbed === true && here.path !== null) return { model: here, pulled: false };
    await init.installEmbedding(onProgress, signal);
    return { model: findModelSummary(init, id), pulled: true };
  }
  if (here !== undefined) return { model: here, pulled: false };
  throw usageError('model_pull_unsupported', `“${id}” is not on this machine, and Training Camp downloads ${builtInModel} and ${embeddingModel} alone.`, {
    hint: 'Download it with the hub’s own client (hf download OWNER/NAME); it is then found in the hub’s cache. Or name a folder with config.json and *.safetensors.',
  });
}
