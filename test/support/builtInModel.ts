import { existsSync } from 'node:fs';
import path from 'node:path';
import { builtInModel } from '../../src/backend/models/resolveModel.ts';
import { findHome, type Home } from '../../src/backend/platform/workspace.ts';

export interface InstalledModel {
  home: Home;
  id: string;
  /** Folder with the safetensors. */
  folder: string;
  gguf: string;
}

/** The built-in model of this machine, which `npm test` makes sure of; `training setup` brings it otherwise. */
export function installedModel(): InstalledModel {
  const home = findHome(process.env, process.platform);
  const root = path.join(home.models, builtInModel);
  const gguf = path.join(root, 'model-f16.gguf');
  if (!existsSync(gguf)) throw new Error(`the built-in model is not at ${root}: run training setup`);
  return { home, id: builtInModel, folder: path.join(root, 'hf'), gguf };
}
