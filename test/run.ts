// Everything: `npm test`. The bootstrap has installed and built; the set-up below is a no-op when it was done before.
// With names, only those: `node src/bootstrap.mjs exec test/run.ts vscode`.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { embeddingModel } from '../src/backend/models/resolveModel.ts';
import { hostTests, packagedHostTests } from './runner/hostTests.ts';
import { journeys, packagedJourneys } from './runner/journeys.ts';
import { conclude, root, runProgram, type SuiteResult } from './runner/suite.ts';
import { besideChecks, installServerClients, staticChecks, trainerSuites, vitest } from './runner/suites.ts';
import { packagedExtension } from './runner/vscode/packageExtension.ts';

const commandLine = path.join(root, 'dist', 'cli.mjs');

let packed: Promise<string> | undefined;
/** The package for this machine, made once. */
const vsix = () => (packed ??= packagedExtension());

/** In the order of a whole run: what fails fast comes first, with the static checks beside it. */
const suites: Record<string, () => Promise<SuiteResult[]>> = {
  fast: async () => [await vitest(['unit', 'contract'])],
  trainer: trainerSuites,
  system: async () => [await vitest(['system'])],
  vscode: async () => [await hostTests()],
  'vscode-vsix': async () => [await packagedHostTests(vsix)],
  'e2e-vsix': async () => [await packagedJourneys(vsix)],
  e2e: async () => [await journeys()],
};

/** Without names: the journeys are walked once, with what users get, and VS Code's server runs on Linux only. */
const byNameOnly = process.platform === 'linux' ? ['e2e'] : ['vscode', 'vscode-vsix', 'e2e-vsix', 'e2e'];

process.exitCode = await run(process.argv.slice(2));

async function run(names: string[]): Promise<number> {
  const known = [...Object.keys(staticChecks), ...Object.keys(suites)];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no suite ${unknown.join(', ')}; there are ${known.join(', ')}.`);
    return 2;
  }
  const isChosen = (name: string) => (names.length === 0 ? !byNameOnly.includes(name) : names.includes(name));
  const [first, ...others] = Object.entries(suites).filter(([name]) => isChosen(name)).map(([, suite]) => suite);
  if (names.length === 0 && process.platform !== 'linux') console.log(`Not run here: ${byNameOnly.join(', ')}. “npm run test:desktop” runs the host suites in a desktop VS Code.`);
  if (first !== undefined) {
    if (!existsSync(commandLine)) {
      console.error('Nothing is built yet, and the suites run what is: “node esbuild.mjs” builds it.');
      return 2;
    }
    await setUp();
  }
  const results = await besideChecks(known.filter(isChosen), async () => (await first?.()) ?? []);
  for (const suite of others) results.push(...(await suite()));
  return conclude(results);
}

async function setUp(): Promise<void> {
  for (const command of [['setup'], ['model', 'pull', embeddingModel]]) {
    if (await runProgram(process.execPath, [commandLine, ...command, '--workspace', path.join(root, '.build', 'workspace')])) continue;
    console.error(`“training ${command.join(' ')}” failed; the suites that need what it brings will fail.`);
    return;
  }
  await installServerClients();
}
