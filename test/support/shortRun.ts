import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { registerRunAdapter } from '../../src/backend/adapters/register.ts';
import { prepareOptionsSchema } from '../../src/backend/datasets/prepareOptions.ts';
import { createRun } from '../../src/backend/runs/createRun.ts';
import { prepareRun } from '../../src/backend/runs/prepareRun.ts';
import { Services } from '../../src/backend/services.ts';
import { workspaceAt } from '../../src/backend/platform/workspace.ts';
import type { AdapterSummary } from '../../src/protocol/adapters.ts';
import { installedModel, type InstalledModel } from './builtInModel.ts';
import { runPython } from './trainerPython.ts';

export interface ShortRun {
  services: Services;
  model: InstalledModel;
  runFolder: string;
  adapter: AdapterSummary;
}

/** Rows whose answers no base model gives and a few steps teach: the subject in a fixed JSON shape. */
function rows(count: number): string {
  const subjects = ['login', 'search', 'billing', 'editor', 'sync'];
  const words = ['crashes', 'is slow', 'shows nothing'];
  return Array.from({ length: count }, (_, index) => {
    const subject = subjects[index % subjects.length] ?? '';
    const user = `${subject} ${words[index % words.length] ?? ''} (case ${String(index)})`;
    return `${JSON.stringify({ messages: [{ role: 'user', content: user }, { role: 'assistant', content: JSON.stringify({ part: subject }) }] })}\n`;
  }).join('');
}

const settings = { learningRate: 2e-3, tokensPerStep: 256, 'lora.lastLayers': 4, epochs: 10, device: 'cpu' };

/**
 * A workspace in which the built-in model was really trained for a few steps by the trainer, and the adapter registered.
 * Small, because its point is what happens to the adapter afterwards.
 */
export async function makeShortRun(steps: number): Promise<ShortRun> {
  const model = installedModel();
  const root = mkdtempSync(path.join(tmpdir(), 'camp-short-run-'));
  mkdirSync(path.join(root, 'CodeAgents'));
  writeFileSync(path.join(root, 'parts.jsonl'), rows(80));
  const services = new Services({ workspace: workspaceAt(root), home: model.home, env: process.env });
  const options = prepareOptionsSchema.parse({ paths: ['parts.jsonl'], name: 'parts', split: 'train=0.6,validation=0.1,test=0.3', grader: 'json-fields' });
  await services.datasets.prepare(options, { base: root, onProgress: () => undefined, signal: new AbortController().signal });
  const context = { workspace: services.workspace, home: services.home, env: services.env, store: services.store, cwd: root };
  const prepared = await prepareRun(context, {
    dataset: 'parts',
    evalDataset: null,
    model: null,
    profile: null,
    campaign: null,
    configFile: null,
    entries: Object.entries({ ...settings, maxSteps: steps }).map(([key, value]) => ({ key, value, where: 'the test' })),
  });
  const { runId } = await createRun(context, prepared, { agent: null, priority: 'normal', versions: {}, startFrom: null });
  const runFolder = path.join(services.workspace.runs, runId);
  await runPython(model.home, ['-m', 'training_camp', 'train', '--run', runFolder, '--attempt', 'att_short-run']);
  const adapter = await registerRunAdapter({ workspace: services.workspace, store: services.store }, runId, { agent: null });
  return { services, model, runFolder, adapter };
}
