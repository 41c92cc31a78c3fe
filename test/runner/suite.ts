import { execa } from 'execa';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { failureLine, type Failure } from './failures.ts';

export const root = path.resolve(import.meta.dirname, '..', '..');
export const reports = path.join(root, '.build', 'test-reports');

/** What one suite did. A suite that ran nothing has failed, whatever its exit code was. */
export interface SuiteResult {
  name: string;
  passed: number;
  failed: number;
  skipped: number;
  /** The failed ones by name, as far as the suite tells them. */
  failures: Failure[];
  seconds: number;
}

export type Counts = Omit<SuiteResult, 'name' | 'seconds'>;

/** Runs a program from the repository's root with its output shown; answers whether it exited with 0. */
export async function runProgram(file: string, args: string[], env: Record<string, string> = {}): Promise<boolean> {
  const result = await execa(file, args, { cwd: root, env, stdin: 'ignore', stdout: 'inherit', stderr: 'inherit', reject: false });
  if (result.exitCode === undefined) console.error(`${file} could not be run: ${result.shortMessage ?? 'no exit code'}`);
  return result.exitCode === 0;
}

/** A tool that has one verdict, such as the type checker, counts as one test. */
export async function runVerdict(name: string, file: string, args: string[]): Promise<SuiteResult> {
  return await timed(name, async () => verdict(name, await runProgram(file, args), 'its words are above'));
}

/** The counts of a suite that is one test. */
export function verdict(name: string, isGood: boolean, error: string): Counts {
  return isGood ? { passed: 1, failed: 0, skipped: 0, failures: [] } : { passed: 0, failed: 1, skipped: 0, failures: [{ file: '', test: name, error }] };
}

/** What a report says, unless its program ended badly without a failed test: a crash leaves tests out. */
export function withVerdict(program: string, isGood: boolean, report: Counts | null): Counts {
  if (report === null) return verdict(program, false, 'It wrote no report.');
  if (isGood || report.failed > 0) return report;
  return { ...report, failed: 1, failures: [{ file: '', test: program, error: 'It ended with an error though no test failed; its words are above.' }] };
}

export async function timed(name: string, work: () => Promise<Counts>): Promise<SuiteResult> {
  mkdirSync(reports, { recursive: true });
  console.log(`\n── ${name}`);
  const start = performance.now();
  const counts = await work();
  const hasRun = counts.passed + counts.failed > 0;
  const result = hasRun ? counts : verdict('the suite', false, 'no test was run');
  if (!hasRun) console.error(`${name}: no test was run`);
  return { name, ...result, seconds: (performance.now() - start) / 1000 };
}

/** The npm package's own program, found without a shell, so that it is the same on Windows. */
export function packageBin(packageName: string, relativePath: string): string {
  return path.join(root, 'node_modules', packageName, relativePath);
}

/** Prints the failed tests, the table and the closing line that a CI reads; answers the exit code. */
export function conclude(results: SuiteResult[]): number {
  const total = { passed: 0, failed: 0, skipped: 0 };
  console.log('');
  for (const { name, failures } of results) for (const failure of failures) console.log(`✗ ${failureLine(name, failure)}`);
  if (results.some(({ failures }) => failures.length > 0)) console.log('');
  for (const result of results) {
    const { name, passed, failed, skipped, seconds } = result;
    console.log(`${failed === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(16)} ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds.toFixed(1)} s`);
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
  return total.failed === 0 ? 0 : 1;
}
