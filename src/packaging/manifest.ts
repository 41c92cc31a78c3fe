import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const manifestSchema = z.looseObject({ contributes: z.unknown(), engines: z.looseObject({ vscode: z.string() }) });

/** What an editor and the marketplace read. Everything else in package.json is for those who build. */
const kept = [
  'name', 'displayName', 'description', 'version', 'publisher', 'license', 'type', 'categories', 'keywords', 'icon', 'galleryBanner', 'pricing',
  'repository', 'bugs', 'homepage', 'main', 'extensionKind', 'capabilities', 'activationEvents', 'contributes', 'l10n',
];

/** The package.json of the VSIX, from that of the repository. */
export function packagedManifest(packageJson: string): string {
  const manifest = manifestSchema.parse(JSON.parse(packageJson));
  const entries = kept.filter((key) => manifest[key] !== undefined).map((key) => [key, manifest[key]]);
  return `${JSON.stringify({ ...Object.fromEntries(entries), engines: { vscode: manifest.engines.vscode } }, null, 2)}\n`;
}

/** Files of the repository that the contributions name. Only paths that begin with `./` or `media/`: others are patterns of the user's files. */
export function contributedFiles(packageJson: string, root: string): string[] {
  const named = stringsIn(manifestSchema.parse(JSON.parse(packageJson)).contributes).filter((text) => /^(\.\/(?!dist\/)|media\/)[\w./-]+\.[a-z]+$/.test(text));
  return [...new Set(named.map((file) => path.normalize(file)))].filter((file) => existsSync(path.join(root, file)));
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
