import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { registerRunAdapter } from '../../src/backend/adapters/register.ts';
import { adapterTestResultSchema, type AdapterImportResult, type AdapterTestResult } from '../../src/protocol/adapters.ts';
import { makeShortRun, type ShortRun } from '../support/shortRun.ts';
import { runSupportScript } from '../support/trainerPython.ts';

const maxTokens = 16;
const answersSchema = z.object({ tuned: z.array(z.array(z.int())), base: z.array(z.int()) });

let run: ShortRun;
let result: AdapterTestResult;

beforeAll(async () => {
  run = await makeShortRun(10);
  result = await run.services.adapters.test(
    { adapter: run.adapter.id, dataset: null, split: 'test', samples: 8, grader: null },
    { signal: new AbortController().signal, onProgress: () => undefined, onWarning: () => undefined },
  );
});

afterAll(() => run.services.dispose());

test('a run’s adapter is registered once, under its dataset’s name', async () => {
  const { workspace, store } = run.services;
  const again = await registerRunAdapter({ workspace, store }, run.adapter.runId ?? '', { agent: null });
  expect(again.id).toBe(run.adapter.id);
  expect(run.services.adapters.list()).toHaveLength(1);
  expect(run.services.adapters.find('parts@1')).toMatchObject({ id: run.adapter.id, hasGguf: true, baseModel: run.model.id });
});

test('plain PEFT and the GGUF twin in the inference host give token-identical answers, which are not the base’s', async () => {
  const questions = ['login crashes (case 1001)', 'sync shows nothing (case 1002)', 'editor is slow (case 1003)', 'What is the capital of France?'];
  const chats = questions.map((content) => ({ messages: [{ role: 'user' as const, content }], addGenerationPrompt: true }));
  const { inference } = run.services;
  const prompts = (await inference.render({ modelPath: run.model.gguf, chats })).map((chat) => chat.tokens);
  const plain = answersSchema.parse(
    await runSupportScript(run.model.home, 'plain_peft.py', { model: run.model.folder, adapter: run.adapter.path, prompts, maxTokens }),
  );
  const adapterPath = path.join(run.adapter.path, 'adapter.gguf');
  const served: number[][] = [];
  for (const tokens of prompts) {
    served.push((await inference.generate({ modelPath: run.model.gguf, adapterPath, tokens, sampling: { maxTokens } })).tokenIds);
  }
  expect(served).toEqual(plain.tuned);
  expect(plain.tuned[0]).not.toEqual(plain.base);
});

test('a test says whether the adapter is active and what it did to perplexity and answers', () => {
  expect(adapterTestResultSchema.safeParse(result).error).toBeUndefined();
  expect(result.active.isActive).toBe(true);
  expect(result.rows).toBe(8);
  expect(result.grader).toBe('json-fields');
  expect(result.tuned.perplexity ?? Infinity).toBeLessThan(result.base.perplexity ?? 0);
  expect(Object.keys(result.tuned.scores).sort()).toEqual(['exact', 'fields', 'valid']);
  expect(result.fewShot).not.toBeNull();
});

test('a test on few rows is never a recommendation to deploy', () => {
  expect(result.recommendation.verdict).not.toBe('deploy');
  expect(result.recommendation.reasons.join(' ')).toContain('Only 8 rows');
});

test('the serving engine gives the answers that were measured', () => {
  expect(result.engines).toEqual({ checked: 8, agreeing: 8, disagreements: [] });
});

test('a test leaves a report and is remembered', () => {
  expect(readFileSync(result.report ?? '', 'utf8')).toContain(`# Test of adapter ${run.adapter.id}`);
  expect(run.services.adapters.show(run.adapter.id).tests).toMatchObject([{ dataset: 'ds_parts', split: 'test', verdict: result.recommendation.verdict }]);
});

test('ask answers with the adapter', async () => {
  const pieces: string[] = [];
  const answer = await run.services.ask(
    { prompt: 'billing is slow (case 7)', system: null, model: null, adapter: 'parts', maxTokens, temperature: 0, seed: 0 },
    { signal: new AbortController().signal, onText: (text) => pieces.push(text) },
  );
  expect(answer).toMatchObject({ model: run.model.id, adapter: run.adapter.id });
  expect(pieces.join('')).toBe(answer.text);
});

test('a PEFT folder from elsewhere gets the GGUF twin that the run has, and ask answers with it', async () => {
  const { adapter, ggufProblem } = await importCopy('elsewhere', {});
  expect({ hasGguf: adapter.hasGguf, ggufProblem }).toEqual({ hasGguf: true, ggufProblem: null });
  expect(readFileSync(path.join(adapter.path, 'adapter.gguf')).equals(readFileSync(path.join(run.adapter.path, 'adapter.gguf')))).toBe(true);
  const answer = await run.services.ask(
    { prompt: 'billing is slow (case 7)', system: null, model: null, adapter: adapter.id, maxTokens, temperature: 0, seed: 0 },
    { signal: new AbortController().signal, onText: () => undefined },
  );
  expect(answer.adapter).toBe(adapter.id);
});

test('an adapter that GGUF cannot carry is imported all the same, and the reason is said', async () => {
  const { adapter, ggufProblem } = await importCopy('odd', { modules_to_save: ['lm_head'] });
  expect(adapter.hasGguf).toBe(false);
  expect(ggufProblem).toContain('modules_to_save');
});

test('an adapter whose files changed is not measured', async () => {
  appendFileSync(path.join(run.adapter.path, 'adapter.gguf'), 'x');
  const options = { signal: new AbortController().signal, onProgress: () => undefined, onWarning: () => undefined };
  await expect(run.services.adapters.test({ adapter: run.adapter.id, dataset: null, split: 'test', samples: 1, grader: null }, options)).rejects.toMatchObject({ code: 'adapter_changed' });
});

/** Imports a copy of the run's adapter as another program leaves it: without training.json and without a twin. */
async function importCopy(name: string, settings: Record<string, unknown>): Promise<AdapterImportResult> {
  const folder = path.join(run.services.workspace.root, name);
  mkdirSync(folder);
  copyFileSync(path.join(run.adapter.path, 'adapter_model.safetensors'), path.join(folder, 'adapter_model.safetensors'));
  const config = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(path.join(run.adapter.path, 'adapter_config.json'), 'utf8')));
  writeFileSync(path.join(folder, 'adapter_config.json'), JSON.stringify({ ...config, ...settings }));
  return await run.services.adapters.import({ folder, model: run.model.id, name, agent: null }, new AbortController().signal);
}
