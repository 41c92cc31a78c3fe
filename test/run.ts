// Everything: `npm test`. The bootstrap has installed and built; the set-up below is a no-op when it was done before.
// With names, only those: `node src/bootstrap.mjs exec test/run.ts vscode`.
import path from 'node:path';
import { hostTests, packagedHostTests } from './runner/hostTests.ts';
import { conclude, root, runProgram, type SuiteResult } from './runner/suite.ts';
import { staticChecks, trainerSuites, vitest } from './runner/suites.ts';

/** In the order of a whole run: what fails fast comes first. */
const suites: Record<string, () => Promise<SuiteResult[]>> = {
  ...Object.fromEntries(Object.entries(staticChecks).map(([name, check]) => [name, async () => [await check()]])),
  fast: async () => [await vitest(['unit', 'contract'])],
  trainer: trainerSuites,
  system: async () => [await vitest(['system'])],
  vscode: async () => [await hostTests()],
  'vscode-vsix': async () => [await packagedHostTests()],
  e2e: async () => [await vitest(['e2e'])],
};

/** They need the VS Code server, which runs on Linux only. */
const onLinux = ['vscode', 'vscode-vsix', 'e2e'];

process.exitCode = await run(process.argv.slice(2));

async function run(names: string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in suites));
  if (unknown.length > 0) {
    console.error(`There is no suite ${unknown.join(', ')}; there are ${Object.keys(suites).join(', ')}.`);
    return 2;
  }
  const chosen = Object.entries(suites).filter(([name]) => (names.length === 0 ? process.platform === 'linux' || !onLinux.includes(name) : names.includes(name)));
  if (names.length === 0 && process.platform !== 'linux') console.log(`Not run here: ${onLinux.join(', ')}. “npm run test:desktop” runs the host suites in a desktop VS Code.`);
  if (chosen.some(([name]) => !(name in staticChecks))) await setUp();
  const results: SuiteResult[] = [];
  for (const [, suite] of chosen) results.push(...(await suite()));
  return conclude(results);
}

async function setUp(): Promise<void> {
  if (await runProgram(process.execPath, [path.join(root, 'dist', 'cli.mjs'), 'setup', '--workspace', path.join(root, '.build', 'workspace')])) return;
  console.error('The set-up failed; the suites that need the trainer or the model will fail.');
}
