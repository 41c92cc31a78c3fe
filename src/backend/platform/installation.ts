import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where this program is installed: a clone, or the extension's folder. The same from the sources and from a bundle. */
export function installationRoot(): string {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'src', 'trainer', 'training_camp', '__init__.py'))) return folder;
    if (path.dirname(folder) === folder) throw new Error('the trainer package is not beside this program');
  }
}

/** The folder with the Python package, for PYTHONPATH, and its lock file. */
export function trainerFolder(): string {
  return path.join(installationRoot(), 'src', 'trainer');
}
