import path from 'node:path';
import type { Check } from '../../protocol/setup.ts';
import { fileSha256 } from '../platform/fileHash.ts';
import { fileFacts } from '../platform/files.ts';
import type { Home } from '../platform/workspace.ts';
import { builtInModelFolder, builtInModelSource, readModelManifest } from './builtInModel.ts';

const id = 'model';
const hint = 'Run: training setup';

/** Reads the built-in model's files and compares their hashes with those of the import. */
export async function checkModel(home: Home, signal: AbortSignal): Promise<Check> {
  const manifest = readModelManifest(home);
  if (manifest === undefined) return { id, status: 'error', message: 'The built-in model is not set up.', hint };
  for (const file of manifest.files) {
    const location = path.join(builtInModelFolder(home), ...file.name.split('/'));
    if (fileFacts(location) === null) return damaged(`${file.name} is missing`);
    if ((await fileSha256(location, signal)) !== file.sha256) return damaged(`${file.name} is not what was imported`);
  }
  return { id, status: 'ok', message: `${builtInModelSource.id}: ${manifest.files.length} files, all as imported`, hint: null };
}

function damaged(what: string): Check {
  return { id, status: 'error', message: `The built-in model is damaged: ${what}.`, hint: `Run: training model remove ${builtInModelSource.id}, then training setup` };
}
