import { z } from 'zod';

const manifestSchema = z.looseObject({ main: z.string(), engines: z.looseObject({ vscode: z.string() }) });

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
