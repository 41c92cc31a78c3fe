import { execa } from 'execa';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { findHome } from '../../src/backend/platform/workspace.ts';
import { readPytestReport } from './pytestReport.ts';
import { packageBin, reports, root, runProgram, runVerdict, timed, verdict, withVerdict, type Counts, type SuiteResult } from './suite.ts';
import { readVitestReport } from './vitestReport.ts';

const node = process.execPath;

/** Types, lint, import rules, unused files and exports: one verdict each. */
export const staticChecks: Record<string, () => Promise<SuiteResult>> = {
  types: () => runVerdict('types', node, [packageBin('typescript', 'bin/tsc'), '-b']),
  lint: () => runVerdict('lint', node, [packageBin('eslint', 'bin/eslint.js'), '--config', '.config/eslint.config.js', '--max-warnings', '0', 'src', 'webviews', 'test', 'esbuild.mjs']),
  imports: () => importRules(),
  unused: () => runVerdict('unused', node, [packageBin('knip', 'bin/knip.js'), '--config', '.config/knip.json', '--no-progress']),
};

/** Some of the static checks, one after the other, beside other suites: a check takes one core. The checks' results come first. */
export async function besideChecks(names: readonly string[], suites: () => Promise<SuiteResult[]>): Promise<SuiteResult[]> {
  const checks = async () => {
    const results: SuiteResult[] = [];
    for (const [name, check] of Object.entries(staticChecks)) if (names.includes(name)) results.push(await check());
    return results;
  };
  return (await Promise.all([checks(), suites()])).flat();
}

const cruiseSchema = z.object({ summary: z.object({ totalCruised: z.int(), violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })) }) });
const fewestModules = 60;

/** dependency-cruiser passes silently where it can't read the sources, so the number of modules is checked as well. */
async function importRules(): Promise<SuiteResult> {
  return await timed('import rules', async () => {
    const result = await execa(node, [packageBin('dependency-cruiser', 'bin/dependency-cruiser.mjs'), '--config', '.config/dependency-cruiser.cjs', '--output-type', 'json', 'src', 'webviews'], { cwd: root, reject: false, maxBuffer: 1 << 28 });
    if (result.stdout === '') throw new Error(`dependency-cruiser could not be run: ${result.stderr}`);
    const { summary } = cruiseSchema.parse(JSON.parse(result.stdout));
    for (const violation of summary.violations) console.error(`${violation.rule.name}: ${violation.from} → ${violation.to}`);
    if (summary.totalCruised < fewestModules) console.error(`only ${summary.totalCruised} modules were cruised`);
    const isGood = summary.violations.length === 0 && summary.totalCruised >= fewestModules;
    return verdict('import rules', isGood, summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).join('\n'));
  });
}

/** One or more vitest projects (.config/vitest.config.ts). */
export async function vitest(projects: string[]): Promise<SuiteResult> {
  return await timed(projects.join('+'), () => runVitest(projects, {}));
}

export async function runVitest(projects: string[], env: Record<string, string>): Promise<Counts> {
  const report = path.join(reports, `vitest-${projects.join('-')}.json`);
  rmSync(report, { force: true });
  const chosen = projects.flatMap((project) => ['--project', project]);
  const isGood = await runProgram(node, [packageBin('vitest', 'vitest.mjs'), 'run', '--config', '.config/vitest.config.ts', ...chosen, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], env);
  return withVerdict('vitest', isGood, existsSync(report) ? readVitestReport(readFileSync(report, 'utf8'), root) : null);
}

/** The trainer's own checks: ruff, pyright, pytest, with the Python that `training setup` made. */
export async function trainerSuites(): Promise<SuiteResult[]> {
  const python = trainerPython();
  const tools = path.join(root, '.tools', 'python-dev');
  await installPythonTools(python, tools, 'src/trainer/requirements-dev.txt');
  const env = { PYTHONPATH: [path.join(root, 'src', 'trainer'), tools].join(path.delimiter), PYTHONDONTWRITEBYTECODE: '1', TRAINING_CAMP_HOME: findHome(process.env, process.platform).root };
  return [
    await verdictWith('ruff', env, python, ['-m', 'ruff', 'check', '--config', 'src/trainer/pyproject.toml', 'src/trainer', 'test/trainer']),
    await verdictWith('pyright', env, node, [packageBin('pyright', 'index.js'), '--project', 'src/trainer', '--pythonpath', python]),
    await pytest(env, python),
  ];
}

async function verdictWith(name: string, env: Record<string, string>, file: string, args: string[]): Promise<SuiteResult> {
  return await timed(name, async () => verdict(name, await runProgram(file, args, env), 'its words are above'));
}

async function pytest(env: Record<string, string>, python: string): Promise<SuiteResult> {
  return await timed('trainer', async () => {
    const report = path.join(reports, 'pytest.xml');
    rmSync(report, { force: true });
    const isGood = await runProgram(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--rootdir', 'test/trainer', 'test/trainer', `--junitxml=${report}`], env);
    return withVerdict('pytest', isGood, existsSync(report) ? readPytestReport(readFileSync(report, 'utf8')) : null);
  });
}

export function trainerPython(): string {
  const { python } = findHome(process.env, process.platform);
  return process.platform === 'win32' ? path.join(python, 'venv', 'Scripts', 'python.exe') : path.join(python, 'venv', 'bin', 'python');
}

/** Test tools lie beside the trainer's environment, never in it: the tests run what users have. */
async function installPythonTools(python: string, tools: string, requirements: string): Promise<void> {
  const file = path.join(root, requirements);
  const wanted = readFileSync(file, 'utf8');
  const stamp = path.join(tools, '.stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  rmSync(tools, { recursive: true, force: true });
  mkdirSync(tools, { recursive: true });
  const isInstalled = await runProgram(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', tools, '-r', file]);
  if (isInstalled) writeFileSync(stamp, wanted);
}

/** What tests of our server need: a public client of another language. Apart from the trainer's tools, whose packages it would hide. */
export async function installServerClients(): Promise<void> {
  await installPythonTools(trainerPython(), path.join(root, '.tools', 'python-openai'), 'test/support/openaiPython/requirements.txt');
}
