import { spawn } from 'node:child_process';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/backend/platform/clock.ts';
import { identify, isAlive, isFromEarlierBoot, killGroup, ownIdentity } from '../../../src/backend/platform/process.ts';
import { until } from '../../support/until.ts';

it('knows a process by its pid, its start and its boot', () => {
  const own = ownIdentity();
  expect(isAlive(own)).toBe(true);
  expect(isAlive({ ...own, startTime: 'another' })).toBe(false);
  expect(isAlive({ ...own, bootId: 'another' })).toBe(false);
  expect(isFromEarlierBoot({ ...own, bootId: 'another' })).toBe(true);
  expect(isAlive({ ...own, host: 'another' })).toBeUndefined();
});

it.skipIf(process.platform === 'win32')('ends a group whose leader and children ignore the request to end', async () => {
  const stubborn = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);';
  const leader = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(stubborn)}], { stdio: "ignore" }).once("spawn", function () { process.stdout.write(this.pid + "\\n"); }); ${stubborn}`;
  const child = spawn(process.execPath, ['-e', leader], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const grandchildPid = Number(await until('the grandchild runs', () => /^(\d+)\n/.exec(output)?.[1]));
  const grandchild = identify(grandchildPid);
  const identity = identify(child.pid ?? 0);
  if (identity === undefined || grandchild === undefined) throw new Error('they must both live');
  expect(await killGroup(identity, { graceMs: 100, clock: systemClock })).toBe(true);
  await until('the grandchild is gone', () => isAlive(grandchild) === false);
});
