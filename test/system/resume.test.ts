import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { Camp } from '../support/camp.ts';
import { until } from '../support/until.ts';

let camp: Camp;
let runId: string;
let checkpoints: string;

beforeEach(async () => {
  camp = await Camp.make();
  runId = (await camp.start(4000)).runId;
  checkpoints = path.join(camp.workspace.runs, runId, 'checkpoints');
  await until('two checkpoints are there', async () => (await camp.run(runId)).step >= 42, 240_000);
  await camp.ok(['stop', runId]);
});
afterEach(async () => await camp.dispose());

const newest = () => readdirSync(checkpoints).filter((name) => name.startsWith('step-')).sort().at(-1) ?? '';

it('uses the newest good checkpoint, refuses when dataset or model changed, and extends', async () => {
  const torn = newest();
  truncateSync(path.join(checkpoints, torn, 'adapter.safetensors'), 100);
  const resumed = await camp.ok(['resume', runId]);
  expect(resumed).toMatchObject({ rejected: [{ name: torn }], restored: ['adapter', 'optimizer', 'random state', 'position in the data'] });
  const { checkpoint } = z.looseObject({ checkpoint: z.string() }).parse(resumed);
  await until('the trainer goes on from it', () => readFileSync(path.join(camp.workspace.runs, runId, 'events.jsonl'), 'utf8').includes(`"resumedFrom": "${checkpoint}"`), 120_000);
  await camp.ok(['stop', runId, '--discard']);

  // The trainer may have saved once more before it ended.
  const last = newest();
  const extended = await camp.ok(['resume', runId, '--extend-epochs', '1']);
  const { run } = z.looseObject({ run: z.looseObject({ id: z.string() }) }).parse(extended);
  expect(run.id).not.toBe(runId);
  const config: unknown = JSON.parse(readFileSync(path.join(camp.workspace.runs, run.id, 'config.json'), 'utf8'));
  expect(config).toMatchObject({ config: { epochs: 1, maxSteps: null }, startFrom: { runId, checkpoint: last } });
  await until('the extended run is over', async () => (await camp.run(run.id)).state === 'completed', 240_000);

  const rows = path.join(camp.workspace.datasets, 'ds_sums', 'v1', 'rows.jsonl');
  const original = readFileSync(rows);
  appendFileSync(rows, '\n');
  expect((await camp.cli(['resume', runId])).json).toMatchObject({ error: { code: 'dataset_changed' } });
  writeFileSync(rows, original);

  for (const name of readdirSync(checkpoints)) truncateSync(path.join(checkpoints, name, 'manifest.json'), 3);
  const refused = await camp.cli(['resume', runId]);
  expect(refused).toMatchObject({ code: 2, json: { error: { code: 'no_checkpoint' } } });
  expect((await camp.cli(['resume', run.id])).json).toMatchObject({ error: { code: 'run_completed' } });
});
