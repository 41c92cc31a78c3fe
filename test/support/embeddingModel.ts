import path from 'node:path';
import { findModelSummary } from '../../src/backend/models/catalogue.ts';
import { embeddingModel } from '../../src/backend/models/resolveModel.ts';
import { findHome } from '../../src/backend/platform/workspace.ts';
import type { InstalledModel } from './builtInModel.ts';

/** The embedding model of this machine, which `npm test` makes sure of. */
export function installedEmbeddingModel(): InstalledModel {
  const home = findHome(process.env, process.platform);
  const { path: folder, gguf } = findModelSummary({ home, env: process.env }, embeddingModel);
  if (folder === null || gguf === null) throw new Error(`the embedding model is not at ${path.join(home.models, embeddingModel)}: run training model pull ${embeddingModel}`);
  return { home, id: embeddingModel, folder, gguf };
}
