import path from 'node:path';
import { failure } from '../../protocol/errors.ts';
import { providersFileSchema, type ProvidersFile } from '../../protocol/providers.ts';
import { readTextFile, writeFileAtomically } from '../platform/files.ts';
import { changeAlone } from '../platform/lockFile.ts';
import type { Home } from '../platform/workspace.ts';

function fileOf(home: Home): string {
  return path.join(home.root, 'providers.json');
}

/** A person's providers. There is no other place for them. */
export function readProviders(home: Home): ProvidersFile {
  const text = readTextFile(fileOf(home));
  if (text === null) return { version: 1, defaultModel: null, providers: [] };
  try {
    return providersFileSchema.parse(JSON.parse(text));
  } catch (error) {
    throw failure('providers_file_damaged', `${fileOf(home)} can’t be read.`, { hint: 'Mend it, or delete it and add the providers again.', cause: error });
  }
}

/** Writes what `change` makes of what is there at that moment, and answers it. Nothing is written where it throws. */
export async function changeProviders(home: Home, change: (file: ProvidersFile) => ProvidersFile): Promise<ProvidersFile> {
  return await changeAlone(fileOf(home), () => {
    const content = change(readProviders(home));
    writeFileAtomically(fileOf(home), `${JSON.stringify(content, null, 2)}\n`);
    return content;
  });
}
