import { readdirSync } from 'node:fs';
import path from 'node:path';

/** Files below a folder, as sorted paths with forward slashes. Links are not followed and not listed. */
export function listTree(folder: string, prefix = ''): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) return listTree(path.join(folder, entry.name), `${prefix}${entry.name}/`);
      return entry.isFile() ? [`${prefix}${entry.name}`] : [];
    });
}
