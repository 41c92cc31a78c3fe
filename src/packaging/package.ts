// `npm run package [-- --target linux-x64 …]`: one VSIX for each target in .build/vsix, for this machine where none is named.
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
// Without a public repository there is no address for vsce to rewrite links to; the README has none that needs it.
const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];

try {
  const { values } = parseArgs({ options: { target: { type: 'string', multiple: true, default: [] }, out: { type: 'string' } } });
  for (const target of chooseTargets(values.target)) await pack(target, values.out);
} catch (error) {
  reportFailure(error, []);
  process.exitCode = 1;
}

/** Makes the VSIX and says where it is, how large, and what most of it is. */
async function pack(target: Target, out: string | undefined): Promise<void> {
  const staged = path.join(folder, target.name);
  const file = path.resolve(out ?? path.join(folder, `training-camp-${target.name}.vsix`));
  await stage(target, staged);
  mkdirSync(path.dirname(file), { recursive: true });
  runNode([vsce, 'package', '--target', target.name, ...options, '--out', file], staged);
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
