// `npm run bench -- dpo [SEEDS] [PAIRS,…] [KEY=VALUE…]`: preference training on the built-in model by the method's defaults, once for
// each number of pairs and each seed: how much of a style that the model dislikes it prefers on pairs whose words training never saw.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { prepareOptionsSchema } from '../../src/backend/datasets/prepareOptions.ts';
import { workspaceAt } from '../../src/backend/platform/workspace.ts';
import { createRun } from '../../src/backend/runs/createRun.ts';
import { prepareRun } from '../../src/backend/runs/prepareRun.ts';
import { Services } from '../../src/backend/services.ts';
import { trainerEventSchema, type TrainerEvent } from '../../src/protocol/events.ts';
import { installedModel } from '../support/builtInModel.ts';
import { runPython } from '../support/trainerPython.ts';
import { stylePairs } from './dpoParts/stylePairs.ts';
import { writeResult } from './importParts/bench.ts';

const [seeds = '3', sizes = '12,24,48,96', ...settings] = process.argv.slice(2);
const heldOutPairs = 32;
const heldOutSeed = 99;

const { home } = installedModel();
const root = mkdtempSync(path.join(tmpdir(), 'training-camp-bench-'));
const services = new Services({ workspace: workspaceAt(root), home, env: process.env });
try {
  mkdirSync(path.join(root, 'CodeAgents'));
  const runs = [];
  for (const [pairs, seed] of sizes.split(',').flatMap((size) => Array.from({ length: Number(seeds) }, (_, one) => [Number(size), one] as const))) {
    runs.push(await trainOnce(pairs, seed));
    console.table(runs.map(({ start, end, path: _, ...rest }) => ({ ...rest, preferredBefore: start.rawPreference, preferred: end.rawPreference, chosenBefore: start.chosen, chosen: end.chosen, rejectedBefore: start.rejected, rejected: end.rejected, rewardAccuracy: end.rewardAccuracy, margin: end.rewardMargin })));
  }
  writeResult('dpo', { cpu: cpus()[0]?.model ?? 'unknown', heldOutPairs, settings, runs });
} finally {
  services.dispose();
  rmSync(root, { recursive: true, force: true });
}

async function trainOnce(pairs: number, seed: number) {
  const name = `style-${String(pairs)}-${String(seed)}`;
  mkdirSync(path.join(root, name));
  writeFileSync(path.join(root, name, 'train.jsonl'), stylePairs(pairs, false, seed));
  writeFileSync(path.join(root, name, 'validation.jsonl'), stylePairs(heldOutPairs, true, heldOutSeed));
  const options = prepareOptionsSchema.parse({ paths: [name], name, dedupe: 'off' });
  await services.datasets.prepare(options, { base: root, onProgress: () => undefined, signal: new AbortController().signal });
  const context = { workspace: services.workspace, home: services.home, env: services.env, store: services.store, cwd: root };
  const entries = [`seed=${String(seed)}`, 'device=cpu', ...settings].map((text) => ({ key: text.slice(0, text.indexOf('=')), value: text.slice(text.indexOf('=') + 1), where: 'the benchmark', isText: true }));
  const prepared = await prepareRun(context, { dataset: name, evalDataset: null, model: null, profile: null, campaign: null, configFile: null, entries });
  const { runId } = await createRun(context, prepared, { agent: null, priority: 'normal', versions: {}, startFrom: null });
  const folder = path.join(services.workspace.runs, runId);
  await runPython(home, ['-m', 'training_camp', 'train', '--run', folder, '--attempt', 'att_bench']);
  const events = readFileSync(path.join(folder, 'events.jsonl'), 'utf8').trim().split('\n').map((line) => trainerEventSchema.parse(JSON.parse(line)));
  const evaluations = events.filter((event) => event.kind === 'eval');
  return {
    pairs,
    seed,
    epochs: prepared.config.epochs,
    steps: events.filter((event) => event.kind === 'step').length,
    referenceSeconds: secondsOf(events, 'reference'),
    trainingSeconds: secondsOf(events, 'training'),
    alerts: events.flatMap((event) => (event.kind === 'alert' ? event.code : [])).join(' '),
    start: figuresOf(evaluations[0]),
    end: figuresOf(evaluations.at(-1)),
    path: evaluations.map((one) => ({ step: one.step, loss: one.loss, ...figuresOf(one) })),
  };
}

function figuresOf(evaluation: TrainerEvent | undefined) {
  const figure = (key: string) => Math.round(Number(evaluation?.[key]) * 1000) / 1000;
  return { rawPreference: figure('rawPreference'), chosen: figure('chosenLogProbPerToken'), rejected: figure('rejectedLogProbPerToken'), rewardAccuracy: figure('rewardAccuracy'), rewardMargin: figure('rewardMargin') };
}

/** From the first start of a phase to its last end. */
function secondsOf(events: readonly TrainerEvent[], phase: string): number {
  const times = events.flatMap((event) => (event.kind === 'phase' && event.phase === phase ? event.t : []));
  return Math.round(((times.at(-1) ?? 0) - (times[0] ?? 0)) * 10) / 10;
}
