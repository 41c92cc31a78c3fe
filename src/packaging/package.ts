// `npm run package [-- --target linux-x64 …]`: one VSIX for each target in .build/vsix, for this machine where none is named.
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../bootstrap/prepare.mjs';
import { stage } from './stage.ts';
import { chooseTargets, type Target } from './targets.ts';

const folder = path.join(root, '.build', 'vsix');
// Without a public repository there is no address for vsce to rewrite links to; the README has none that needs it.
const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];

const { values } = parseArgs({ options: { target: { type: 'string', multiple: true, default: [] }, out: { type: 'string' } } });
for (const target of chooseTargets(values.target)) await pack(target, values.out);

/** Makes the VSIX and says where it is and how large. */
async function pack(target: Target, out: string | undefined): Promise<void> {
  const staged = path.join(folder, target.name);
  const file = path.resolve(out ?? path.join(folder, `training-camp-${target.name}.vsix`));
  await stage(target, staged);
  mkdirSync(path.dirname(file), { recursive: true });
  execFileSync(process.execPath, [path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce'), 'package', '--target', target.name, ...options, '--out', file], { cwd: staged, stdio: 'pipe' });
  console.log(`${file} (${(statSync(file).size / 1e6).toFixed(1)} MB)`);
}
