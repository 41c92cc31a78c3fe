import path from 'node:path';
import type { Check } from '../../protocol/setup.ts';
import { fileSha256 } from '../platform/fileHash.ts';
import { fileFacts } from '../platform/files.ts';
import type { Home } from '../platform/workspace.ts';
import { builtInPackage, embeddingPackage, packagedModelFolder, readModelManifest, type ModelManifest, type PackagedModel } from './packagedModels.ts';

/** Reads the files of the models that Training Camp brings and compares their hashes with those of the import. */
export async function checkModels(home: Home, signal: AbortSignal): Promise<Check[]> {
  const builtIn = readModelManifest(home, builtInPackage);
  const embedding = readModelManifest(home, embeddingPackage);
  return [
    builtIn === null
      ? { id: 'model', status: 'error', message: 'The built-in model is not set up.', hint: `Run: ${builtInPackage.command}` }
      : await checkFiles('model', builtInPackage, builtIn, { home, signal }),
    embedding === null
      ? { id: 'embedding-model', status: 'ok', message: `No embedding model: only embeddings need one, and “${embeddingPackage.command}” brings it.`, hint: null }
      : await checkFiles('embedding-model', embeddingPackage, embedding, { home, signal }),
  ];
}

async function checkFiles(id: string, model: PackagedModel, manifest: ModelManifest, { home, signal }: { home: Home; signal: AbortSignal }): Promise<Check> {
  const damaged = (what: string): Check => ({
    id, status: 'error', message: `${model.id} is damaged: ${what}.`, hint: `Run: training model remove ${model.id}, then ${model.command}`,
  });
  for (const file of manifest.files) {
    const location = path.join(packagedModelFolder(home, model), ...file.name.split('/'));
    if (fileFacts(location) === null) return damaged(`${file.name} is missing`);
    if ((await fileSha256(location, signal)) !== file.sha256) return damaged(`${file.name} is not what was imported`);
  }
  return { id, status: 'ok', message: `${model.id}: ${String(manifest.files.length)} files, all as imported`, hint: null };
}
