import { afterEach, expect, it } from 'vitest';
import { Camp } from '../support/camp.ts';
import { allOver, audit, killTrainers, killWorkers } from '../support/killing.ts';
import { makeRandom } from '../support/parityCorpus.ts';

const steps = 60;
let camp: Camp;
afterEach(async () => await camp.dispose());

it('survives 200 kills of the worker and 50 of the trainer', async () => {
  camp = await Camp.make({ env: { TRAINING_CAMP_WORKER_IDLE_MS: '5000' } });
  const workers = await killWorkers(camp, { kills: Number(process.env['SOAK_WORKER_KILLS'] ?? 200), random: makeRandom(11), steps });
  await allOver(camp);
  const afterWorkers = await audit(camp, workers.runIds, steps);
  console.log('worker kills', JSON.stringify({ ...workers.counts, ...afterWorkers }));
  const trainers = await killTrainers(camp, { kills: Number(process.env['SOAK_TRAINER_KILLS'] ?? 50), random: makeRandom(12), steps });
  await allOver(camp);
  const afterTrainers = await audit(camp, trainers.runIds, steps);
  console.log('trainer kills', JSON.stringify({ ...trainers.counts, ...afterTrainers }));
  for (const result of [afterWorkers, afterTrainers]) {
    expect(result).toMatchObject({ completed: result.runs, doubled: 0, stepsVisible: result.expectedVisible });
    expect(result.stepsInStore).toBe(result.stepsInFiles);
  }
  expect(afterWorkers.attempts).toBe(workers.runIds.length);
});
