import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const manifestSchema = z.looseObject({ publisher: z.string(), name: z.string(), version: z.string() });

/**
 * Makes the extension at `source` an installed one by a link: nothing is packed or copied, and the window is a user's,
 * without the marks of a development host. `extensions` is the server's folder of extensions, still without any.
 */
export function linkExtension(source: string, extensions: string): void {
  const { publisher, name, version } = manifestSchema.parse(JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8')));
  const id = `${publisher}.${name}`;
  const folder = `${id}-${version}`;
  const link = path.join(extensions, folder);
  symlinkSync(source, link, 'dir');
  const entry = { identifier: { id }, version, location: { $mid: 1, path: link, scheme: 'file' }, relativeLocation: folder, metadata: {} };
  writeFileSync(path.join(extensions, 'extensions.json'), JSON.stringify([entry]));
}
