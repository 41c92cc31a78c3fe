import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { queuedJobs } from '../../src/backend/store/jobs.ts';
import { listRuns } from '../../src/backend/store/runs.ts';
import { commands } from '../../src/cli/commands.ts';
import { listResultSchema, metricsResultSchema, planResultSchema, runStatusSchema, startResultSchema, workspaceStatusSchema } from '../../src/protocol/runResults.ts';
import { runFileSchema } from '../../src/protocol/runs.ts';
import { Camp } from '../support/camp.ts';
import { tinyModel } from '../support/home.ts';
import { writeModelFolder } from '../support/modelFolder.ts';

const entry = path.resolve(import.meta.dirname, '..', '..', 'dist', 'cli.mjs');
const failedSchema = z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }) });

let camp: Camp;

beforeAll(async () => {
  camp = await Camp.make();
});
afterAll(async () => camp.dispose());

const base = ['start', '--dataset', 'sums', '--model', tinyModel];

/** What lies in the workspace's runs folder, and how many jobs there are. */
function traces(): unknown {
  const folders = existsSync(camp.workspace.runs) ? readdirSync(camp.workspace.runs) : [];
  const filter = { states: [], agent: null, dataset: null, model: null, since: null, limit: 1000, after: null };
  return { folders, runs: listRuns(camp.store, filter).map((run) => run.id), jobs: queuedJobs(camp.store).map((job) => job.id) };
}

describe('refuses before a process starts', () => {
  test.each([
    ['a learning rate of a million', ['--lr', '1e6'], 'invalid_option', 2],
    ['a rank of 0', ['--rank', '0'], 'invalid_option', 2],
    ['a rank that is no number', ['--rank', 'many'], 'invalid_option', 2],
    ['an unknown module', ['--set', 'lora.targetModules=qq_proj'], 'unknown_module', 2],
    ['an unknown option', ['--set', 'lora.ranc=4'], 'unknown_option', 2],
    ['an assignment without a value', ['--set', 'epochs'], 'usage', 2],
    ['a method that the data do not fit', ['--method', 'dpo'], 'dataset_format', 2],
    ['a method that never was', ['--method', 'magic'], 'invalid_option', 2],
    ['more layers than the model has', ['--set', 'lora.lastLayers=500'], 'too_many_layers', 2],
    ['a document longer than the context', ['--set', 'maxLength=1048576'], 'max_length_too_long', 2],
    ['a missing model', ['--model', 'no-such-model'], 'model_not_found', 4],
    ['a model name that climbs', ['--model', '../../../../etc'], 'model_not_found', 4],
    ['a missing dataset', ['--dataset', 'nothing'], 'dataset_not_found', 4],
    ['a dataset name that climbs', ['--dataset', '../../sums'], 'dataset_not_found', 4],
    ['a missing version', ['--dataset', 'sums@99'], 'dataset_not_found', 4],
    ['a missing profile', ['--profile', 'nobody'], 'profile_not_found', 4],
    ['a profile name that climbs', ['--profile', '../x'], 'invalid_name', 2],
    ['an agent name with an escape', ['--agent', '\u001b[31mred'], 'usage', 2],
    ['an agent name that climbs', ['--agent', '../../x'], 'usage', 2],
    ['a missing configuration file', ['--config', 'nowhere.yaml'], 'config_not_found', 4],
    ['a provider that is not there yet', ['--provider', 'openai'], 'provider_unavailable', 2],
  ])('%s', async (_name, args, code, exit) => {
    const before = traces();
    const result = await camp.cli([...base, ...args]);
    expect({ exit: result.code, code: failedSchema.parse(result.json).error.code }).toEqual({ exit, code });
    expect(traces()).toEqual(before);
  });

  test('weights that are a pickle, and a model with code of its own', async () => {
    const pickle = path.join(camp.workspace.root, 'pickle');
    mkdirSync(pickle);
    writeFileSync(path.join(pickle, 'config.json'), JSON.stringify({ architectures: ['LlamaForCausalLM'], vocab_size: 1, hidden_size: 1, intermediate_size: 1, num_hidden_layers: 1, num_attention_heads: 1, max_position_embeddings: 64 }));
    writeFileSync(path.join(pickle, 'pytorch_model.bin'), 'cos\nsystem\n(S"touch owned"\ntR.');
    writeModelFolder(path.join(camp.workspace.root, 'code'), { config: { auto_map: { AutoModelForCausalLM: 'evil.Evil' } } });
    expect(failedSchema.parse((await camp.cli([...base, '--model', 'pickle'])).json).error.code).toBe('model_pickle');
    expect(failedSchema.parse((await camp.cli([...base, '--model', './code'])).json).error.code).toBe('model_runs_code');
    expect(existsSync(path.join(camp.workspace.root, 'owned'))).toBe(false);
  });

  test('preferences where answers are needed, and a dataset without rows to train on', async () => {
    const preferences = Array.from({ length: 20 }, (_, index) => JSON.stringify({ prompt: `Which is better, ${index}?`, chosen: 'this one', rejected: 'that one' }));
    writeFileSync(path.join(camp.workspace.root, 'pairs.jsonl'), preferences.join('\n'));
    await camp.ok(['prepare', 'pairs.jsonl', '--name', 'pairs']);
    expect(failedSchema.parse((await camp.cli(['start', '--dataset', 'pairs', '--method', 'sft', '--model', tinyModel])).json).error.code).toBe('dataset_format');
    await camp.ok(['prepare', 'rows.jsonl', '--name', 'tests', '--split', 'train=0,validation=0,test=1']);
    expect(failedSchema.parse((await camp.cli(['start', '--dataset', 'tests', '--model', tinyModel])).json).error.code).toBe('train_split_empty');
  });

  test('a broken configuration of the workspace, with its place', async () => {
    const file = path.join(camp.workspace.codeAgents, 'training.config.json');
    writeFileSync(file, '{\n  "epochs": 2\n  "seed": 1\n}');
    try {
      const error = failedSchema.parse((await camp.cli(base)).json).error;
      expect(error).toMatchObject({ code: 'config_syntax', message: expect.stringContaining('CodeAgents/training.config.json:3:3') });
    } finally {
      writeFileSync(file, '{}');
    }
  });
});

test('--plan shows the estimate and the layers, and writes nothing', async () => {
  const before = traces();
  const plan = startResultSchema.parse(await camp.ok([...base, '--plan', '--epochs', '2', '--set', 'tokensPerStep=256']));
  expect(plan).toMatchObject({ runId: null, state: null, config: { epochs: 2, tokensPerStep: 256 }, configSources: { epochs: 'command', seed: 'default' }, estimate: { costUsd: 0, fits: true } });
  expect(plan.estimate.steps).toBeGreaterThan(1);
  expect(plan.estimate.memoryBytes).toBeGreaterThan(0);
  expect(traces()).toEqual(before);
});

test('a queued run has its folder, its job and references to its rows', async () => {
  await camp.ok(['queue', 'pause']);
  try {
    const started = startResultSchema.parse(await camp.ok([...base, '--priority', 'high', '--agent', 'Adder']));
    const folder = path.join(camp.workspace.runs, started.runId ?? '');
    const file = runFileSchema.parse(JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8')));
    expect(file).toMatchObject({ runId: started.runId, configHash: started.configHash, config: started.config, dataset: { version: 1 }, startFrom: null });
    const rows = readFileSync(path.resolve(folder, file.dataset.rowsPath));
    const places = readFileSync(path.join(folder, file.dataset.trainSplit));
    expect(places.length / 24).toBe(started.dataset.train);
    for (let at = 0; at < places.length; at += 24) {
      const offset = Number(places.readBigInt64LE(at + 8));
      const row: unknown = JSON.parse(rows.toString('utf8', offset, offset + Number(places.readBigInt64LE(at + 16))));
      expect(row).toMatchObject({ kind: 'chat' });
    }
    expect(planResultSchema.parse(await camp.ok(['plan']))).toMatchObject({ paused: true, jobs: [{ position: 1, runId: started.runId, priority: 'high', rows: started.dataset.train }] });
    expect(runStatusSchema.parse(await camp.ok(['status', started.runId ?? ''])).run).toMatchObject({ state: 'queued', agent: 'Adder' });
    await camp.ok(['queue', 'cancel', started.jobId ?? '']);
  } finally {
    await camp.ok(['queue', 'resume']);
  }
});

test('equal configurations have equal hashes, others have others', async () => {
  const hash = async (args: string[]) => startResultSchema.parse(await camp.ok([...base, '--plan', ...args])).configHash;
  const first = await hash(['--epochs', '2']);
  expect(await hash(['--set', 'epochs=2.0'])).toBe(first);
  expect(await hash(['--epochs', '3'])).not.toBe(first);
});

/** Runs a command and stops it with Ctrl-C once a line satisfies the condition. */
async function interruptWhen(args: string[], condition: (line: string) => boolean): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(process.execPath, [entry, ...args], { cwd: camp.workspace.root, env: camp.env, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (condition(line)) child.kill('SIGINT');
  }
  return { code: await ended, lines };
}

test('a run can be watched, left, watched again to its end, and looked at afterwards', async () => {
  const { runId } = await camp.start(30);
  const left = await interruptWhen(['status', runId, '--follow', '--json'], (line) => line.includes('"state":"running"'));
  expect(left.code).toBe(130);
  const watched = await camp.cli(['status', runId, '--follow']);
  const documents = watched.stdout.trim().split('\n').map((line) => runStatusSchema.pick({ run: true }).parse(JSON.parse(line)));
  expect(watched.code).toBe(0);
  expect(documents.at(-1)?.run).toMatchObject({ state: 'completed', step: 30, totalSteps: 30 });

  const metrics = metricsResultSchema.parse(await camp.ok(['metrics', runId, '--key', 'loss']));
  expect(metrics.series['loss']?.map((point) => point.step)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  expect(metrics.summary['loss']?.count).toBe(30);
  const zoomed = metricsResultSchema.parse(await camp.ok(['metrics', runId, '--key', 'loss', '--from', '10', '--to', '19', '--every', '5']));
  expect(zoomed.series['loss']).toHaveLength(2);
  const csv = await runText(['metrics', runId, '--key', 'loss', '--csv']);
  expect(csv.split('\n')[0]).toBe('metric,step,t,min,max,mean');
  expect(csv.trim().split('\n')).toHaveLength(31);
  expect(failedSchema.parse((await camp.cli(['metrics', runId, '--key', 'los'])).json).error).toMatchObject({ code: 'metric_not_found', hint: 'Did you mean “loss”?' });

  const log = z.object({ lines: z.array(z.string()) }).parse(await camp.ok(['logs', runId]));
  expect(log.lines.some((line) => line.includes('checkpoint step-'))).toBe(true);
  const again = startResultSchema.parse(await camp.ok([...base, '--plan']));
  expect(again.estimate.seconds).not.toBeNull();
});

async function runText(args: string[]): Promise<string> {
  const child = spawn(process.execPath, [entry, ...args], { cwd: camp.workspace.root, env: camp.env, stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return text;
}

test('pages of the list meet, filters choose, and a broken cursor is refused', async () => {
  await camp.ok(['queue', 'pause']);
  try {
    for (let index = 0; index < 3; index += 1) await camp.ok([...base, '--agent', `Agent${index}`]);
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page: z.output<typeof listResultSchema> = listResultSchema.parse(await camp.ok(['list', '--limit', '2', ...(cursor === null ? [] : ['--cursor', cursor])]));
      expect(page.runs.length).toBeLessThanOrEqual(2);
      ids.push(...page.runs.map((run) => run.id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    const whole = listResultSchema.parse(await camp.ok(['list', '--limit', '1000']));
    expect(ids).toEqual(whole.runs.map((run) => run.id));
    expect(listResultSchema.parse(await camp.ok(['list', '--agent', 'Agent1', '--state', 'queued', '--dataset', 'sums', '--since', '1h'])).runs).toHaveLength(1);
    expect(failedSchema.parse((await camp.cli(['list', '--cursor', 'garbage'])).json).error.code).toBe('invalid_cursor');
    expect(failedSchema.parse((await camp.cli(['list', '--state', 'dreaming'])).json).error.code).toBe('invalid_state');
    for (const run of whole.runs.filter((candidate) => candidate.state === 'queued')) await camp.ok(['stop', run.id]);
  } finally {
    await camp.ok(['queue', 'resume']);
  }
});

test('escapes in a log and in an id reach no terminal', async () => {
  const [run] = listResultSchema.parse(await camp.ok(['list', '--state', 'completed'])).runs;
  appendFileSync(path.join(camp.workspace.runs, run?.id ?? '', 'trainer.log'), 'before \u001b[2J\u009b31m \u202e after\u0007\n');
  const text = await runText(['logs', run?.id ?? '', '--tail', '1']);
  expect(text).toContain('before \\u001b[2J');
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
});

test.each(['../../etc/passwd', 'run_../../x', '\u001b[31m', '%2e%2e', 'run_; rm -rf .', ''])('the run %j is not there', async (id) => {
  for (const command of ['status', 'metrics', 'logs']) expect((await camp.cli([command, id])).code).toBe(4);
});

test('a workspace without runs says so', async () => {
  const other = path.join(camp.workspace.root, 'other');
  mkdirSync(path.join(other, 'CodeAgents'), { recursive: true });
  const status = workspaceStatusSchema.parse(await camp.ok(['status', '--workspace', other]));
  expect(status).toMatchObject({ runs: [], queue: { queued: 0, processing: 0 } });
  expect((await camp.cli(['status', 'latest', '--workspace', other])).code).toBe(4);
});

test('what each command prints is what its schema says', async () => {
  const [run] = listResultSchema.parse(await camp.ok(['list', '--state', 'completed'])).runs;
  const calls: Record<string, string[]> = { status: [run?.id ?? '', '--metrics', '--logs'], list: [], metrics: [run?.id ?? ''], logs: [run?.id ?? ''], plan: [] };
  for (const [name, args] of Object.entries(calls)) {
    const command = commands.find((candidate) => candidate.name === name);
    expect(command?.result.safeParse(await camp.ok([name, ...args])).error, name).toBeUndefined();
  }
});
