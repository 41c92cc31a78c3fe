// `npm run package [-- --target linux-x64 …]`: one VSIX for each target in .build/vsix, for this machine where none is named.
// `--pictures-url https://…` is an address below which this repository’s files can be had: the README then shows its pictures.
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../bootstrap/prepare.mjs';
import { reportFailure } from '../bootstrap/report.mjs';
import { runNode } from './run.ts';
import { stage } from './stage.ts';
import { chooseTargets, type Target } from './targets.ts';

const folder = path.join(root, '.build', 'vsix');
const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');

try {
  const { values } = parseArgs({ options: { target: { type: 'string', multiple: true, default: [] }, out: { type: 'string' }, 'pictures-url': { type: 'string' } } });
  for (const target of chooseTargets(values.target)) await pack(target, { out: values.out, picturesUrl: values['pictures-url'] });
} catch (error) {
  reportFailure(error, []);
  process.exitCode = 1;
}

/** Makes the VSIX and says where it is, how large, and what most of it is. */
async function pack(target: Target, { out, picturesUrl }: { out: string | undefined; picturesUrl: string | undefined }): Promise<void> {
  const staged = path.join(folder, target.name);
  const file = path.resolve(out ?? path.join(folder, `training-camp-${target.name}.vsix`));
  await stage(target, staged, { hasPictures: picturesUrl !== undefined });
  mkdirSync(path.dirname(file), { recursive: true });
  // There is no public repository whose address vsce could put before links.
  const links = picturesUrl === undefined ? ['--no-rewrite-relative-links'] : ['--baseImagesUrl', picturesUrl];
  runNode([vsce, 'package', '--target', target.name, '--no-dependencies', '--allow-missing-repository', ...links, '--out', file], staged);
  console.log(`${file}  ${megabytes(statSync(file).size)}`);
  for (const [part, sizeBytes] of largestParts(staged)) console.log(`  ${megabytes(sizeBytes).padStart(8)}  ${part}`);
}

/** Unpacked sizes of what lies two or three folders deep, largest first. */
function largestParts(staged: string): [string, number][] {
  const sizes = new Map<string, number>();
  for (const entry of readdirSync(staged, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const names = path.relative(staged, file).split(path.sep);
    const part = names.slice(0, names[1] === 'node_modules' ? 3 : 2).join('/');
    sizes.set(part, (sizes.get(part) ?? 0) + statSync(file).size);
  }
  return [...sizes].sort(([, a], [, b]) => b - a).slice(0, 6);
}

function megabytes(sizeBytes: number): string {
  return `${(sizeBytes / 1e6).toFixed(1)} MB`;
}
