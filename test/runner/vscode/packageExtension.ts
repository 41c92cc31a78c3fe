import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { packageBin, root, runProgram } from '../suite.ts';

/** The packaged extension that VSIX names, else one made now as `npm run package` makes it. Answers its path. */
export async function packagedExtension(): Promise<string> {
  const named = process.env.VSIX;
  if (named !== undefined && named !== '') return path.resolve(named);
  const vsix = path.join(root, '.build', 'training-camp.vsix');
  mkdirSync(path.dirname(vsix), { recursive: true });
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', vsix];
  if (await runProgram(process.execPath, [packageBin('@vscode/vsce', 'vsce'), 'package', ...options])) return vsix;
  throw new Error('The extension could not be packaged; the words of vsce are above.');
}
