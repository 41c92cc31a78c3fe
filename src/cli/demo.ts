import path from 'node:path';
import { z } from 'zod';
import { duration } from '../common/figures.ts';
import { prepareOptionsSchema } from '../backend/datasets/prepareOptions.ts';
import { Services } from '../backend/services.ts';
import { plainText } from '../common/plainText.ts';
import { demoResultSchema, type DemoResult } from '../protocol/demo.ts';
import { failure } from '../protocol/errors.ts';
import type { RunSummary } from '../protocol/runs.ts';
import { printTest, testOne } from './adapterTest.ts';
import { defineCommand, type CommandContext } from './command.ts';
import { followRun } from './followRun.ts';
import type { Output } from './output.ts';
import { startProgress } from './progress.ts';
import { setUpWithProgress } from './setup.ts';
import { version } from '../backend/version.ts';

/** Of the agent Triage, with which every row was written. */
const systemPrompt = 'Triage the bug report as JSON with keys component, severity, platform, version.';

/** What of CodeAgents the demo runs: a dataset folder and the campaign of the same name. */
const task = 'triage';

export const demoCommand = defineCommand({
  name: 'demo',
  summary: 'Do the main job end to end: prepare, train, and test against the base, for real',
  details:
    'Sets up what is missing, then works in a scratch workspace of its own under the data folder: imports the bug reports of\n' +
    'CodeAgents, trains an adapter for the built-in model, and asks base and tuned model about reports worded as training\n' +
    'never saw. A few minutes on two cores. The workspace stays until the next demo, with --keep for good.',
  options: [{ flags: '--keep', description: 'the next demo leaves this workspace alone' }],
  examples: ['training demo', 'training demo --keep --json'],
  input: z.object({ keep: z.boolean().default(false) }),
  result: demoResultSchema,
  run: async (context, { keep }) => {
    const setupStart = performance.now();
    const out = context.out.forRemarks();
    const setup = await setUpWithProgress(context.services, { out, signal: context.signal, useUv: false });
    const setupSeconds = secondsSince(setupStart);
    const workspace = context.services.setup.makeDemoWorkspace(keep);
    out.note(`workspace ${workspace.root}`);
    const services = new Services({ workspace, home: context.services.home, env: context.services.env, onNotice: (text) => out.note(plainText(text)) });
    try {
      const rest = await runDemo({ ...context, services, out });
      return { workspace: workspace.root, setup, ...rest, seconds: secondsSince(setupStart), phases: { setupSeconds, ...rest.phases } };
    } finally {
      services.dispose();
    }
  },
  print: printDemo,
  exitCode: (result) => (result.run.state === 'completed' ? 0 : 1),
});

type Worked = Pick<DemoResult, 'dataset' | 'run' | 'test'> & { phases: Omit<DemoResult['phases'], 'setupSeconds'> };

async function runDemo(context: CommandContext): Promise<Worked> {
  const { services, out, signal } = context;
  const prepareStart = performance.now();
  const progress = startProgress(out, 'Importing');
  const options = prepareOptionsSchema.parse({ paths: [path.join(services.workspace.codeAgents, 'datasets', task)], name: task, grader: 'json-fields' });
  const prepared = await services.datasets.prepare(options, { base: services.workspace.root, signal, onProgress: ({ share }) => progress.update('', share) });
  const { train, validation, test } = prepared.splits;
  progress.done(`${train} rows to train on, ${validation} to validate, ${test} to test`);
  const prepareSeconds = secondsSince(prepareStart);

  const trainStart = performance.now();
  const request = { dataset: task, evalDataset: null, model: null, profile: null, campaign: task, configFile: null, entries: [] };
  const versions = { 'training-camp': version, node: process.versions.node };
  const started = await services.runs.start(request, { agent: 'Triage', priority: 'normal', startFrom: null, versions }, signal);
  const run = await followRun(context, started.runId ?? '');
  signal.throwIfAborted();
  if (run.state !== 'completed') throw notCompleted(run, services.workspace.root);
  const trainSeconds = secondsSince(trainStart);

  const testStart = performance.now();
  const result = await testOne(context, { adapter: run.adapterId ?? run.id, split: 'test' });
  return { dataset: prepared.dataset, run, test: result, phases: { prepareSeconds, trainSeconds, testSeconds: secondsSince(testStart) } };
}

function notCompleted(run: RunSummary, workspace: string) {
  const hint = `training --workspace "${workspace}" logs ${run.id} shows what it said${run.hint === null ? '' : `; ${run.hint}`}`;
  return failure('demo_run_failed', `The run ended as ${run.state}${run.message === null ? '' : `: ${run.message}`}.`, { hint, details: { run } });
}

function printDemo(result: DemoResult, out: Output): void {
  const { phases, workspace, run } = result;
  out.line();
  printTest(result.test, out);
  out.line();
  const times = [['set-up', phases.setupSeconds], ['import', phases.prepareSeconds], ['training', phases.trainSeconds], ['test', phases.testSeconds]] as const;
  out.line(`${out.color.bold('time')}       ${duration(result.seconds)} (${times.map(([name, seconds]) => `${name} ${duration(seconds)}`).join(', ')})`);
  out.line(`${out.color.bold('workspace')}  ${plainText(workspace)}`);
  out.line(`  dataset  ${plainText(path.relative(workspace, result.dataset?.path ?? ''))}`);
  out.line(`  run      ${plainText(path.relative(workspace, run.path))}`);
  out.line(`  adapter  ${plainText(path.relative(workspace, result.test.adapter.path))}`);
  out.line();
  out.line(out.color.bold('What next'));
  out.line(`  cd "${plainText(workspace)}"   ${out.color.dim('“npm link” in the clone puts training on the PATH')}`);
  const commands = [
    [`training ask --adapter ${result.test.adapter.name} --system "${systemPrompt}" "The price filter hangs without end on iOS 18"`, 'ask the tuned model'],
    [`training metrics ${run.id}`, 'how the loss went'],
    ['training inspect triage --rows 1-2', 'which tokens were trained'],
    ['training start --dataset triage --epochs 1', 'train again, with other settings'],
    ['training prepare YOUR-FILE.jsonl --plan', 'look at your own data'],
  ] as const;
  for (const [command, what] of commands) out.line(`  ${plainText(command)}   ${out.color.dim(what)}`);
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
