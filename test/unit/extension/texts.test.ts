import { expect, test } from 'vitest';
import { labelText, messageText } from '../../../src/extension/inertText.ts';
import { repairsFor } from '../../../src/extension/repairs.ts';
import { adapterText, datasetText, jobText, nameText, queueText, runText, spoken } from '../../../src/extension/views/texts.ts';
import { statusText } from '../../../src/extension/watch/statusText.ts';
import { adapterSummarySchema } from '../../../src/protocol/adapters.ts';
import { datasetSummarySchema } from '../../../src/protocol/datasets.ts';
import { jobSummarySchema } from '../../../src/protocol/jobs.ts';
import type { WorkspaceStatus } from '../../../src/protocol/runResults.ts';
import { runSummarySchema, type RunSummary } from '../../../src/protocol/runs.ts';

const run = (changes: Partial<Record<keyof RunSummary, unknown>> = {}): RunSummary =>
  runSummarySchema.parse({
    id: 'run_a', jobId: null, state: 'running', reason: null, message: null, hint: null, method: 'sft', model: 'smol', dataset: 'tickets', datasetVersion: 1, agent: null, phase: 'training', step: 120,
    totalSteps: 600, epoch: 1, loss: 1.8345, validationLoss: null, bestValidationLoss: null, tokensPerSecond: 900, etaSeconds: 725, device: 'cpu', attempts: 1, adapterId: null, configHash: '', gitCommit: null,
    path: '/r', created: '2026-01-01T00:00:00.000Z', started: null, ended: null, seconds: 60, ...changes,
  });

const status = (runs: RunSummary[], queue: Partial<WorkspaceStatus['queue']> = {}): WorkspaceStatus => ({
  workspace: '/w', worker: { state: 'running', pid: 1 }, queue: { queued: 0, processing: 0, paused: false, healthy: true, jobs: [], ...queue }, devices: [], runs,
});

test.each<[string, Partial<Record<keyof RunSummary, unknown>>]>([
  ['training 120/600 · loss 1.835 · 12 min 05 s left', {}],
  ['tokenizing', { phase: 'tokenizing', totalSteps: null, loss: null, etaSeconds: null }],
  ['starting, loading', { state: 'starting', phase: 'loading' }],
  ['stopping, saves a checkpoint', { state: 'stopping' }],
  ['completed · best 1.234 · 1 min 00 s', { state: 'completed', bestValidationLoss: 1.234 }],
  ['failed: out of memory · 1 min 00 s', { state: 'failed', reason: 'out_of_memory' }],
  ['interrupted, can be resumed · 1 min 00 s', { state: 'interrupted' }],
])('a run says: %s', (text, changes) => {
  expect(runText(run(changes))).toBe(text);
});

test('a queued run says its place, its model and what is not usual', () => {
  const job = jobSummarySchema.parse({ id: 'job_a', kind: 'train', priority: 'high', position: 2, status: 'queued', reason: null, runId: 'run_a', attempts: 1, maxAttempts: 3, notBefore: null, configHash: null, gitCommit: null, created: '', started: null, ended: null });
  expect(jobText(job, run())).toBe('2. smol · high priority · try 2 of 3');
  expect(jobText({ ...job, priority: 'normal', attempts: 0 }, null)).toBe('2.');
});

test('the queue says whether it moves', () => {
  expect([queueText(0, true, true), queueText(1, false, true), queueText(1234, false, false)]).toEqual(['paused · nothing waits', '1 waits', '1,234 wait · no worker moves it']);
});

test('a dataset and an adapter say their figures', () => {
  const dataset = datasetSummarySchema.parse({ id: 'ds_a', name: 'tickets', version: 3, format: 'text', rows: 1200, splits: { train: 1, validation: 1, test: 1 }, tokens: 340_200, quality: 8.44, grader: 'none', sha256: '', path: '/', created: '' });
  expect(datasetText(dataset)).toBe('1,200 rows · 340k tokens · quality 8.4 · version 3');
  const adapter = adapterSummarySchema.parse({ id: 'ad_a', name: 'tickets', runId: null, agent: null, version: 1, state: 'deployed', baseModel: 'smol', baseSha256: '', sha256: '', hasGguf: true, sizeBytes: 1, path: '/', created: '', verdict: 'deploy' });
  expect(adapterText(adapter)).toBe('deployed · test says deploy · smol');
  expect(spoken('Adapter', 'tickets v1', adapterText(adapter))).toBe('Adapter tickets v1, deployed, test says deploy, smol');
});

test('the status bar shows the run that has been going on longest, and how many others', () => {
  expect(statusText(status([run({ id: 'run_b', state: 'starting' }), run()]))?.text).toBe('$(flame) 20 % · loss 1.835 · 12 min 05 s +1');
  expect(statusText(status([run({ totalSteps: null, loss: null, etaSeconds: null, phase: 'fitting' })]))?.text).toBe('$(flame) fitting');
});

test('the status bar is empty while nothing runs, and says a pause while work waits', () => {
  expect(statusText(status([run({ state: 'completed' })]))).toBeNull();
  expect(statusText(status([], { queued: 2, paused: true }))?.text).toBe('$(debug-pause) queue paused · 2');
});

test.each([
  ['a name keeps to one line and to its direction', nameText, 'a\nb\u202ec\u0007', 'a\\nb\\u202ec\\u0007'],
  ['an icon’s name in a label stays text', labelText, '$(trash) x', '\\$(trash) x'],
  ['a link in a message stays text', messageText, 'see [this](command:x)', 'see [this] (command:x)'],
])('%s', (_title, make, raw, text) => {
  expect(make(raw)).toBe(text);
});

test('every error has a button', () => {
  for (const code of ['python_missing', 'database_damaged', 'disk_full', 'internal', 'something_new']) expect(repairsFor(code).length).toBeGreaterThan(0);
});
