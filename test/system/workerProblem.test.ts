import { afterEach, beforeEach, expect, it } from 'vitest';
import { Camp } from '../support/camp.ts';

let camp: Camp;
// The real worker, which refuses to begin with a setting that is no number.
beforeEach(async () => {
  camp = await Camp.make({ env: { TRAINING_CAMP_WORKER_IDLE_MS: 'soon' } });
});
afterEach(async () => await camp.dispose());

it('queues the run all the same, and says why no worker came with the end of its log', async () => {
  const started = await camp.cli(['start', '--dataset', 'sums', '--model', 'tiny-llama', '--device', 'cpu', '--priority', 'high']);
  const why: unknown = expect.stringContaining('TRAINING_CAMP_WORKER_IDLE_MS');
  expect(started).toMatchObject({ code: 0, json: { state: 'queued', worker: null, workerProblem: why } });
  expect(await camp.cli(['worker'])).toMatchObject({ code: 1, json: { error: { code: 'worker_not_ready', message: why, details: { tail: expect.any(Array) } } } });

  const list = await camp.cli(['list']);
  expect(list).toMatchObject({ code: 0, stderr: why, json: { runs: [{ state: 'queued' }] } });
  expect(list.stdout.trim().split('\n')).toHaveLength(1);
  expect(await camp.ok(['stop', 'latest'])).toMatchObject({ run: { state: 'cancelled' } });
});
