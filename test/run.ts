// Everything: `npm test`. The bootstrap has installed and built; the set-up below is a no-op when it was done before.
import path from 'node:path';
import { conclude, root, runProgram, type SuiteResult } from './runner/suite.ts';
import { staticChecks, trainerSuites, vitest } from './runner/suites.ts';

const results: SuiteResult[] = [];
if (!(await runProgram(process.execPath, [path.join(root, 'dist', 'cli.mjs'), 'setup', '--workspace', path.join(root, '.build', 'workspace')]))) {
  console.error('The set-up failed; the suites that need the trainer or the model will fail.');
}
for (const check of staticChecks) results.push(await check());
results.push(await vitest(['unit', 'contract']));
results.push(...(await trainerSuites()));
results.push(await vitest(['system']));
process.exitCode = conclude(results);
