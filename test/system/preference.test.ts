import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import { builtInModel } from '../../src/backend/models/resolveModel.ts';
import { readRun } from '../../src/backend/store/runs.ts';
import { runIdSchema } from '../../src/protocol/ids.ts';
import { adapterShowResultSchema, adapterTestResultSchema } from '../../src/protocol/adapters.ts';
import { listedRunsSchema, runStatusSchema, startResultSchema } from '../../src/protocol/runResults.ts';
import { trainerEventSchema } from '../../src/protocol/events.ts';
import { Camp } from '../support/camp.ts';
import { linkModels, tinyModel } from '../support/home.ts';
import { until } from '../support/until.ts';

let camp: Camp;

/** Pairs as TRL writes them, by turns as lists of messages and as texts. */
function pairs(count: number, isStructured: boolean): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const [prompt, chosen, rejected] = [`How do I sort shelf ${String(index)}?`, `You could perhaps sort shelf ${String(index)} later.`, `1. Sort shelf ${String(index)}.`];
    const turn = (role: string, content: string) => [{ role, content }];
    return JSON.stringify(isStructured ? { prompt: turn('user', prompt), chosen: turn('assistant', chosen), rejected: turn('assistant', rejected) } : { prompt, chosen, rejected });
  });
  return `${lines.join('\n')}\n`;
}

beforeAll(async () => {
  camp = await Camp.make();
  linkModels(camp.home);
  for (const [name, isStructured] of [['messages', true], ['texts', false]] as const) {
    writeFileSync(path.join(camp.workspace.root, `${name}.jsonl`), pairs(30, isStructured));
    await camp.ok(['prepare', `${name}.jsonl`]);
  }
});
afterAll(async () => camp.dispose());

async function train(args: string[]): Promise<{ folder: string; events: z.infer<typeof trainerEventSchema>[] }> {
  const { runId } = startResultSchema.parse(await camp.ok(['start', ...args, '--device', 'cpu', '--set', 'telemetrySeconds=0']));
  const { state, path: folder, message } = await until('the run is over', () => {
    const run = readRun(camp.store, runIdSchema.parse(runId));
    return run !== null && (run.state === 'completed' || run.state === 'failed') && run;
  }, 500_000);
  expect({ state, message }).toEqual({ state: 'completed', message: null });
  const lines = readFileSync(path.join(folder, 'events.jsonl'), 'utf8').trim().split('\n');
  return { folder, events: lines.map((line) => trainerEventSchema.parse(JSON.parse(line))) };
}

test('preferences are prepared and trained on the built-in model by the method’s defaults', async () => {
  const plan = startResultSchema.parse(await camp.ok(['start', '--dataset', 'messages', '--method', 'dpo', '--plan']));
  expect(plan).toMatchObject({ model: builtInModel, config: { method: 'dpo', learningRate: 5e-4 }, configSources: { epochs: 'method', learningRate: 'method', method: 'command' } });
  expect(plan.config.epochs).toBeGreaterThan(2);
  expect(plan.configReasons['epochs']).toMatch(/^because a pass over \d+ pairs has about \d steps, and a preference takes about 24 to turn$/);
  expect(startResultSchema.parse(await camp.ok(['start', '--dataset', 'messages', '--epochs', '2', '--plan']))).toMatchObject({ config: { epochs: 2 }, configReasons: {} });
  const { folder, events } = await train(['--dataset', 'messages', '--method', 'dpo', '--max-steps', '2', '--set', 'tokensPerStep=256']);
  const steps = events.filter((event) => event.kind === 'step');
  expect(steps).toHaveLength(2);
  expect(steps[0]).toMatchObject({ rewardMargin: 0, preferenceLoss: expect.closeTo(Math.log(2), 4) });
  expect(events.some((event) => event.kind === 'eval' && event.step === 0 && typeof event['rawPreference'] === 'number')).toBe(true);
  expect(existsSync(path.join(folder, 'reference.safetensors'))).toBe(true);
  expect(JSON.parse(readFileSync(path.join(folder, 'adapter', 'training.json'), 'utf8'))).toMatchObject({ method: 'dpo', preference: { before: { rawPreference: expect.any(Number) } } });
  const { preference } = runStatusSchema.parse(await camp.ok(['status', path.basename(folder)]));
  expect(preference).toMatchObject({ before: { step: 0, rawPreference: expect.any(Number), chosenLogProbPerToken: expect.any(Number) }, after: { step: 2 } });
  expect(listedRunsSchema.parse(await camp.ok(['list'])).runs.map((run) => run.preference)).toEqual([preference]);
  expect(adapterShowResultSchema.parse(await camp.ok(['adapter', 'show', 'latest'])).preference).toEqual(preference);
});

test('a test of the adapter says how often base and tuned prefer the chosen answer', async () => {
  const result = adapterTestResultSchema.parse(await camp.ok(['adapter', 'test', 'messages', '--samples', '3']));
  expect(result).toMatchObject({ grader: 'preference', rows: 3, active: { isActive: true } });
  for (const { score, scores, perplexity } of [result.base, result.tuned]) {
    expect(score).toBeGreaterThanOrEqual(0);
    expect(scores['chosenLogProb']).toBeLessThan(0);
    expect(perplexity).toBeGreaterThan(1);
  }
  expect(result.tuned.scores['chosenLogProb'] ?? 0).toBeGreaterThan(result.base.scores['chosenLogProb'] ?? 0);
  expect(result.fewShot?.score).toBeNull();
});

test('data name the method, and texts train as messages do', async () => {
  const { events } = await train(['--dataset', 'texts', '--model', tinyModel, '--max-steps', '2', '--set', 'tokensPerStep=512']);
  expect(events.filter((event) => event.kind === 'step')).toHaveLength(2);
});

test('supervised fine-tuning on preferences is refused with the method that takes them', async () => {
  const refused = await camp.cli(['start', '--dataset', 'texts', '--method', 'sft']);
  expect(refused.code).toBe(2);
  expect(refused.json).toMatchObject({ error: { code: 'dataset_format', hint: expect.stringContaining('--method dpo') } });
});
