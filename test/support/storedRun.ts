import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { applyEvents } from '../../src/backend/runs/applyEvents.ts';
import { workspaceAt } from '../../src/backend/platform/workspace.ts';
import { insertAttempt } from '../../src/backend/store/attempts.ts';
import { transact } from '../../src/backend/store/changes.ts';
import { openStore } from '../../src/backend/store/db.ts';
import { insertRun } from '../../src/backend/store/runs.ts';
import { setRunState } from '../../src/backend/store/runState.ts';
import { attemptIdSchema, runIdSchema, type RunId } from '../../src/protocol/ids.ts';
import { trainingConfigSchema, type RunState } from '../../src/protocol/runs.ts';
import { EventWriter } from './trainerEvents.ts';

export interface StoredRunOptions {
  name: string;
  steps: number;
  totalSteps?: number;
  state?: RunState;
  hasGpu?: boolean;
  /** Peak learning rate: it shapes the curve, so that runs differ. */
  learningRate?: number;
  /** Step at which a loss far above all others stands. */
  spikeAt?: number;
}

/**
 * A run in a workspace's store as a trainer's events make it: read from a run directory by the same code as the worker's.
 * The curve is a formula, the same each time.
 */
export function addStoredRun(folder: string, options: StoredRunOptions): RunId {
  const { name, steps, totalSteps = steps, state = 'completed', learningRate = 2e-4 } = options;
  const workspace = workspaceAt(folder);
  mkdirSync(workspace.training, { recursive: true });
  // It has just ended and took a second per step.
  let now = Date.now() - steps * 1000;
  const store = openStore(workspace.database, { clock: { now: () => new Date(now), monotonicMs: () => performance.now(), sleep: () => Promise.resolve() } });
  try {
    const id = runIdSchema.parse(`run_${name}`);
    const attempt = attemptIdSchema.parse(`att_${name}`);
    const runFolder = path.join(workspace.runs, id);
    mkdirSync(runFolder, { recursive: true });
    transact(store, (note) => {
      insertRun(store, note, { id, jobId: null, method: 'sft', model: 'smollm2-135m-instruct', modelSha256: 'm', datasetId: 'support-triage', datasetVersion: 2, agent: null, parentRunId: null, configHash: 'c', gitCommit: null, path: runFolder, created: store.clock.now().toISOString() });
      setRunState(store, note, id, { state: 'starting' });
      insertAttempt(store, note, { id: attempt, runId: id, jobId: 'job_none', token: 1, device: 'cpu' });
    });
    writeFileSync(path.join(runFolder, 'config.json'), JSON.stringify(runFile(id, learningRate)));
    writeFileSync(path.join(runFolder, 'trainer.log'), Array.from({ length: 40 }, (_, index) => `step ${String(index * 10)}: <b onmouseover="alert(1)">saved</b> checkpoint ${String(index)}\n`).join(''));
    const events = path.join(runFolder, 'events.jsonl');
    writeEvents(events, attempt, { ...options, totalSteps, learningRate });
    applyEvents(store, id, events);
    now = Date.now();
    transact(store, (note) => setRunState(store, note, id, { state }));
    return id;
  } finally {
    store.close();
  }
}

function writeEvents(file: string, attempt: string, { steps, totalSteps, hasGpu, learningRate, spikeAt }: StoredRunOptions & { totalSteps: number; learningRate: number }): void {
  const writer = new EventWriter(attempt, Math.floor(Date.now() / 1000) - steps - 60);
  const during = (phase: string, work: () => void) => {
    appendFileSync(file, writer.line('phase', { phase, status: 'start' }));
    work();
    appendFileSync(file, writer.line('phase', { phase, status: 'end' }));
  };
  for (const phase of ['loading', 'tokenizing', 'fitting']) during(phase, () => appendFileSync(file, writer.telemetry(0).repeat(1)));
  appendFileSync(file, writer.plan(0, totalSteps));
  during('training', () => {
    let text = '';
    for (let step = 1; step <= steps; step += 1) {
      const share = step / totalSteps;
      const noise = noiseAt(step);
      const loss = step === spikeAt ? 40 : 0.35 + 2.4 * Math.exp(-share * 6 * (learningRate / 2e-4)) + noise * 0.25;
      const warm = Math.min(1, share / 0.1);
      text += writer.line('step', { step, epoch: share * 3, loss, learningRate: learningRate * warm * (0.55 + 0.45 * Math.cos(Math.PI * share)), gradNorm: 0.6 + Math.abs(noise) + 1.5 * Math.exp(-share * 8), tokens: 1024, trainedTokens: 400, seconds: 0.5 + Math.abs(noise) * 0.1 });
      if (step % 5 === 0) text += writer.line('telemetry', sample(step, noise, hasGpu ?? false));
      if (step % Math.ceil(totalSteps / 12) === 0) text += writer.line('eval', { step, loss: 0.42 + 2.3 * Math.exp(-share * 5) + 0.15 * share * share, tokens: 5000, best: true });
      if (step % Math.ceil(totalSteps / 3) === 0) text += writer.line('checkpoint', { step, name: `step-${String(step).padStart(6, '0')}`, sha256: '0'.repeat(64), reason: 'epoch' });
    }
    appendFileSync(file, text);
  });
  appendFileSync(file, writer.line('alert', { code: 'rows_dropped', severity: 'warning', message: '3 rows were longer than maxLength and were left out. <img src=x onerror=alert(1)>', step: null }));
  during('saving', () => appendFileSync(file, writer.telemetry(steps)));
}

function sample(step: number, noise: number, hasGpu: boolean): Record<string, unknown> {
  const gpu = hasGpu ? { gpuPercent: 88 + noise * 8, gpuMemoryBytes: 18.4e9 + noise * 1e8, gpuMemoryTotalBytes: 25.8e9, gpuTemperatureC: 64 + noise * 4, gpuPowerW: 280 + noise * 30 } : { gpuPercent: null, gpuMemoryBytes: null, gpuMemoryTotalBytes: null, gpuTemperatureC: null, gpuPowerW: null };
  return { step, cpuPercent: 62 + noise * 25, rssBytes: 2.1e9 + step * 1e5, ...gpu };
}

/** -1 to 1, the same for a step each time. */
function noiseAt(step: number): number {
  const wild = Math.sin(step * 12.9898) * 43_758.5453;
  return (wild - Math.floor(wild)) * 2 - 1;
}

function runFile(runId: RunId, learningRate: number): Record<string, unknown> {
  return {
    v: 1,
    runId,
    created: new Date().toISOString(),
    config: trainingConfigSchema.parse({ learningRate }),
    configSources: { learningRate: 'command' },
    configHash: 'c',
    gitCommit: null,
    model: { id: 'smollm2-135m-instruct', path: '/models/smollm2', architecture: 'LlamaForCausalLM', revision: null, sha256: 'm', tokenizerSha256: 't', templateSha256: null, vocabularySize: 49_152, layers: 30, contextLength: 8192, parameters: 134_515_008 },
    dataset: { id: 'ds_triage', version: 2, sha256: 's', rowsPath: 'rows.jsonl', trainSplit: 'data/train.idx', validationSplit: null },
    startFrom: null,
    versions: {},
  };
}
