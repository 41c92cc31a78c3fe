import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { deviceUse, releaseDevice, setDeviceHolders, takeDevice } from '../../../src/backend/platform/deviceLease.ts';
import { ownIdentity } from '../../../src/backend/platform/process.ts';
import { testFolder } from '../../support/testStore.ts';

const own = ownIdentity();
const dead = { ...own, startTime: 'gone' };
const use = (runId: string, holders = [own]) => ({ workspace: '/w', runId, holders });

it('gives a device to one run at a time', () => {
  const folder = testFolder();
  const lease = takeDevice(folder, 'cpu', use('run_a'));
  expect(lease).not.toBeNull();
  expect(takeDevice(folder, 'cpu', use('run_b'))).toBeNull();
  expect(takeDevice(folder, 'cuda-0', use('run_b'))).not.toBeNull();
  if (lease !== null) releaseDevice(folder, lease);
  expect(takeDevice(folder, 'cpu', use('run_b'))).not.toBeNull();
  expect(deviceUse(folder, 'cpu')).toEqual({ device: 'cpu', workspace: '/w', runId: 'run_b' });
});

it('stands while the trainer lives, though its worker is dead, and falls with both', () => {
  const folder = testFolder();
  const lease = takeDevice(folder, 'cpu', use('run_a', [dead, own]));
  expect(takeDevice(folder, 'cpu', use('run_b'))).toBeNull();
  if (lease !== null) setDeviceHolders(folder, lease, [dead]);
  expect(takeDevice(folder, 'cpu', use('run_b'))?.generation).toBe(2);
});

it('is given back to the same run', () => {
  const folder = testFolder();
  takeDevice(folder, 'cpu', use('run_a'));
  expect(takeDevice(folder, 'cpu', use('run_a'))?.generation).toBe(1);
  expect(takeDevice(folder, 'cpu', { ...use('run_a'), workspace: '/other' })).toBeNull();
});

it('never hands out a generation below the newest', () => {
  const folder = testFolder();
  for (let index = 0; index < 5; index += 1) {
    const lease = takeDevice(folder, 'cpu', use(`run_${index}`));
    expect(lease?.generation).toBe(index + 1);
    if (lease !== null) releaseDevice(folder, lease);
  }
  expect(readdirSync(folder)).toEqual(['cpu.5.json']);
});

it('takes a torn or foreign file for nobody’s', () => {
  const folder = path.join(testFolder(), 'leases');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'cpu.3.json'), '{"v":1,"hol');
  expect(takeDevice(folder, 'cpu', use('run_a'))?.generation).toBe(4);
});
