// The entry of the suites that run inside an extension host, as @vscode/test-electron and the smoke-test driver want it.
import { appendFileSync, readdirSync } from 'node:fs';
import Mocha, { type Runner } from 'mocha';
import path from 'node:path';
import type { HostLine } from './hostReport.ts';

/**
 * Runs every suite beside this file. Rejects when a test failed or none was found. TEST_ONLY is a pattern for titles,
 * TEST_RESULTS a file for the report.
 */
export async function run(): Promise<void> {
  const only = process.env.TEST_ONLY;
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, color: false, reporter: 'spec', ...(only === undefined ? {} : { grep: new RegExp(only) }) });
  const files = readdirSync(__dirname).filter((name) => name.endsWith('.test.cjs')).sort();
  for (const name of files) mocha.addFile(path.join(__dirname, name));
  const stats = await runMocha(mocha);
  if (stats.failures > 0) throw new Error(`${stats.failures} of the host's tests failed.`);
  if (stats.passes === 0) throw new Error('No test was run in the host.');
}

async function runMocha(mocha: Mocha): Promise<Mocha.Stats> {
  return await new Promise((resolve, reject) => {
    const runner = mocha.run(() => {
      if (runner.stats === undefined) reject(new Error('Mocha kept no count.'));
      else resolve(runner.stats);
    });
    const file = process.env.TEST_RESULTS;
    if (file !== undefined) report(runner, (line) => appendFileSync(file, `${JSON.stringify(line)}\n`));
  });
}

function report(runner: Runner, write: (line: HostLine) => void): void {
  runner.on('test', (test) => write({ kind: 'started', title: test.fullTitle() }));
  runner.on('pass', (test) => write({ kind: 'passed', title: test.fullTitle(), ms: test.duration ?? 0 }));
  runner.on('fail', (test, error: unknown) => write({ kind: 'failed', title: test.fullTitle(), error: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
  runner.on('pending', (test) => write({ kind: 'skipped', title: test.fullTitle() }));
  runner.once('end', () => write({ kind: 'ended' }));
}
