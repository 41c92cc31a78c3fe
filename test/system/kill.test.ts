import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Camp } from '../support/camp.ts';
import { allOver, audit, jobsOf, kill, killTrainers, killWorkers, randomMoment } from '../support/killing.ts';
import { makeRandom } from '../support/parityCorpus.ts';
import { until } from '../support/until.ts';

const steps = 60;
let camp: Camp;
afterEach(async () => await camp.dispose());

it('loses nothing and stores no step twice when workers are killed while a trainer runs', async () => {
  camp = await Camp.make({ env: { TRAINING_CAMP_WORKER_IDLE_MS: '3000' } });
  const { runIds } = await killWorkers(camp, { kills: 6, random: makeRandom(1), steps });
  await allOver(camp);
  const result = await audit(camp, runIds, steps);
  expect(result).toMatchObject({ completed: runIds.length, doubled: 0, stepsVisible: runIds.length * steps });
  expect(result.stepsInStore).toBe(result.stepsInFiles);
  // A worker's death is no reason to begin again: each trainer was adopted.
  expect(result.attempts).toBe(runIds.length);
  expect((await jobsOf(camp)).every((job) => job.status === 'completed' && job.attempts === 1)).toBe(true);
});

it('goes on from the newest checkpoint when trainers are killed', async () => {
  camp = await Camp.make();
  const { runIds } = await killTrainers(camp, { kills: 3, random: makeRandom(2), steps });
  await allOver(camp);
  const result = await audit(camp, runIds, steps);
  expect(result).toMatchObject({ completed: runIds.length, doubled: 0, stepsVisible: runIds.length * steps });
  expect(result.stepsInStore).toBe(result.stepsInFiles);
});

it('tells the truth when worker and trainer died together', async () => {
  camp = await Camp.make();
  const { runId } = await camp.start(2000);
  const trainer = await until('the trainer runs', () => camp.trainerPid(runId), 60_000);
  const worker = camp.workerPid() ?? 0;
  kill(worker);
  kill(trainer);
  await until('both are gone', () => camp.processes().every(({ pid }) => pid !== worker && pid !== trainer));
  const { state } = await camp.run(runId);
  expect(['queued', 'starting']).toContain(state);
  await until('a further attempt was started', () => {
    const pid = camp.trainerPid(runId);
    return pid !== null && pid !== trainer ? pid : null;
  });
  await camp.ok(['stop', runId, '--discard']);
});

it('keeps every run that a killed command had acknowledged, and leaves no half of one', async () => {
  camp = await Camp.make();
  await camp.ok(['queue', 'pause']);
  const acknowledged: string[] = [];
  const random = makeRandom(3);
  for (let index = 0; index < 8; index += 1) {
    const entry = path.resolve(import.meta.dirname, '..', '..', 'dist', 'cli.mjs');
    const child = spawn(process.execPath, [entry, 'start', '--dataset', 'sums', '--model', 'tiny-llama', '--json'], {
      cwd: camp.workspace.root, env: camp.env, stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const closed = new Promise((resolve) => child.once('close', resolve));
    await randomMoment(() => random() * 0.6);
    child.kill('SIGKILL');
    await closed;
    const runId = /"runId":"(run_[a-z0-9-]+)"/.exec(output)?.[1];
    if (runId !== undefined) acknowledged.push(runId);
  }
  const jobs = await jobsOf(camp);
  for (const runId of acknowledged) expect(jobs.map((job) => job.runId)).toContain(runId);
  for (const job of jobs) {
    expect(await camp.run(job.runId ?? '')).toMatchObject({ state: 'queued' });
    await camp.ok(['queue', 'cancel', job.id]);
  }
});
