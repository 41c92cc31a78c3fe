import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { launchTrainer } from '../../src/backend/jobs/launch.ts';
import { trainerFolder } from '../../src/backend/platform/installation.ts';
import { isAlive } from '../../src/backend/platform/process.ts';
import { venvPaths } from '../../src/backend/setup/pythonPaths.ts';
import { Camp } from '../support/camp.ts';
import { allOver, audit } from '../support/killing.ts';
import { until } from '../support/until.ts';

const camps: Camp[] = [];
const make = async (options: Parameters<typeof Camp.make>[0] = {}): Promise<Camp> => {
  const camp = await Camp.make(options);
  camps.push(camp);
  return camp;
};
afterEach(async () => {
  for (const camp of camps.splice(0)) await camp.dispose();
});

describe.skipIf(process.platform === 'win32')('a worker that hangs (needs SIGSTOP)', () => {
  it('is superseded by one that saw its heartbeat stand still, and can finish nothing when it wakes', async () => {
    const camp = await make();
    const { runId } = await camp.start(60);
    await until('the trainer runs', () => camp.trainerPid(runId), 60_000);
    const hung = camp.workerPid() ?? 0;
    process.kill(hung, 'SIGSTOP');
    const bundle = path.resolve(import.meta.dirname, '..', '..', 'dist', 'worker.mjs');
    const candidate = spawn(process.execPath, [bundle, '--workspace', camp.workspace.root, '--home', camp.home.root], { env: camp.env, stdio: 'ignore' });
    await until('the candidate has the lease', () => camp.workerPid() === candidate.pid, 60_000);
    process.kill(hung, 'SIGCONT');
    await until('the old one has ended', () => !camp.workers().includes(hung), 30_000);
    await allOver(camp);
    const result = await audit(camp, [runId], 60);
    expect(result).toMatchObject({ completed: 1, attempts: 1, doubled: 0, stepsVisible: 60 });
    expect(result.stepsInStore).toBe(result.stepsInFiles);
  });
});

it('lets a second workspace wait for the device, and says so', async () => {
  const first = await make();
  const second = await make({ home: first.home });
  const one = await first.start(4000);
  await until('the first trains', () => first.trainerPid(one.runId), 60_000);
  const two = await second.start(3);
  await until('the second waits', async () => {
    const { state, phase } = await second.run(two.runId);
    return state === 'queued' && phase === 'waiting_for_device';
  }, 30_000);
  await first.ok(['stop', one.runId, '--discard']);
  await until('the second ran', async () => (await second.run(two.runId)).state === 'completed', 180_000);
});

it('leaves nothing of a trainer that did not get the word', async () => {
  const camp = await make();
  const runFolder = path.join(camp.workspace.runs, 'run_gate');
  mkdirSync(runFolder, { recursive: true });
  const install = { python: venvPaths(camp.home, process.platform).python, folder: trainerFolder(), env: camp.env };
  const trainer = await launchTrainer(install, { runFolder, attemptId: 'att_gate', env: {}, logFile: path.join(runFolder, 'trainer.log') });
  const exited = new Promise((resolve) => trainer.child.once('exit', resolve));
  expect(isAlive(trainer.identity)).toBe(true);
  trainer.refuse();
  expect(await exited).toBe(75);
  expect(readdirSync(runFolder)).toEqual(['trainer.log']);
  expect(existsSync(path.join(runFolder, 'events.jsonl'))).toBe(false);
});

it('makes one database when many commands come first at once', async () => {
  const camp = await make();
  const fresh = path.join(camp.workspace.root, 'fresh');
  mkdirSync(path.join(fresh, 'CodeAgents'), { recursive: true });
  const answers = await Promise.all(Array.from({ length: 6 }, async () => await camp.cli(['queue', '--workspace', fresh])));
  expect(answers.map(({ json }) => json)).toEqual(answers.map(() => ({ jobs: [], healthy: true, paused: false })));
});
