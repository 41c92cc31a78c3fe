// Makes a bare clone run, then runs a command in it. Needs Node 18 and no package; a step that is done costs a file read.
//
//   node src/bootstrap.mjs exec FILE [ARGS…]    a file of ours, such as test/run.ts
//   node src/bootstrap.mjs test [ARGS…]         the test suites
//   node src/bootstrap.mjs COMMAND [ARGS…]      the training command line
import path from 'node:path';
import { prepareAndRun, root } from './bootstrap/prepare.mjs';

const [mode, ...rest] = process.argv.slice(2);
process.exitCode = await prepareAndRun(nodeArguments());

function nodeArguments() {
  if (mode === 'exec') return rest;
  if (mode === 'test') return [path.join(root, 'test', 'run.ts'), ...rest];
  return [path.join(root, 'dist', 'cli.mjs'), ...process.argv.slice(2)];
}
