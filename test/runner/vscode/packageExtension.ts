import path from 'node:path';
import { root, runProgram } from '../suite.ts';

/** The packaged extension that VSIX names, else one made now as `npm run package` makes it. Answers its path. */
export async function packagedExtension(): Promise<string> {
  const named = process.env.VSIX;
  if (named !== undefined && named !== '') return path.resolve(named);
  const vsix = path.join(root, '.build', 'training-camp.vsix');
  if (await runProgram(process.execPath, [path.join(root, 'src', 'packaging', 'package.ts'), '--out', vsix])) return vsix;
  throw new Error('The extension could not be packaged; the reason is above.');
}
