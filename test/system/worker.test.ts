import { afterEach, expect, it } from 'vitest';
import { Camp } from '../support/camp.ts';
import { until } from '../support/until.ts';

let camp: Camp;
afterEach(async () => await camp.dispose());

it('takes a queued run to its end in a worker that outlives the command, and ends when there is no more work', async () => {
  camp = await Camp.make();
  const { runId } = await camp.start(5);
  await until('the run is over', async () => (await camp.run(runId)).state === 'completed', 180_000);
  expect(await camp.ok(['queue', '--all'])).toMatchObject({ jobs: [{ runId, status: 'completed', attempts: 1 }], healthy: true });
  expect(await camp.ok(['adapter', 'list'])).toMatchObject({ adapters: [{ runId }] });
  await until('the worker has ended', () => camp.workers().length === 0, 30_000);
});

it('has one worker however many commands start one at once', async () => {
  camp = await Camp.make({ env: { TRAINING_CAMP_WORKER_IDLE_MS: '8000' } });
  const answers = await Promise.all(Array.from({ length: 4 }, async () => await camp.ok(['worker'])));
  const pids = new Set(answers.map((answer) => JSON.stringify(answer).replace(/.*"pid":(\d+).*/, '$1')));
  expect(pids.size).toBe(1);
  await until('the losers have ended', () => camp.workers().length === 1, 20_000);
});

it('stops a run with a checkpoint, twice without an error, and goes on from it', async () => {
  camp = await Camp.make();
  const { runId } = await camp.start(400);
  await until('it trains', async () => (await camp.run(runId)).step >= 3, 180_000);
  const stopped = await camp.ok(['stop', runId]);
  expect(stopped).toMatchObject({ run: { state: 'cancelled' }, checkpoint: expect.stringMatching(/^step-\d{6}$/) });
  expect(await camp.ok(['stop', runId])).toMatchObject({ run: { state: 'cancelled' } });
  const { step } = await camp.run(runId);
  const resumed = await camp.ok(['resume', runId]);
  expect(resumed).toMatchObject({ run: { id: runId }, checkpoint: `step-${String(step).padStart(6, '0')}` });
  await until('it goes on', async () => (await camp.run(runId)).step > step, 180_000);
  expect(await camp.ok(['stop', runId, '--discard'])).toMatchObject({ run: { state: 'cancelled', attempts: 2 }, checkpoint: null });
});

it('cancels what waits, lets the queue be paused, and never starts it', async () => {
  camp = await Camp.make();
  await camp.ok(['queue', 'pause']);
  const first = await camp.start(5);
  const second = await camp.start(5, ['--priority', 'high']);
  expect(await camp.ok(['queue'])).toMatchObject({ paused: true, jobs: [{ id: second.jobId, position: 1 }, { id: first.jobId, position: 2 }] });
  expect(await camp.ok(['queue', 'cancel', second.jobId])).toMatchObject({ job: { status: 'skipped', reason: 'cancelled' } });
  expect(await camp.ok(['stop', first.runId])).toMatchObject({ run: { state: 'cancelled' } });
  expect(await camp.ok(['queue', 'resume'])).toMatchObject({ paused: false, jobs: [], healthy: true });
});
