import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { DeviceReturns } from '../../../src/backend/jobs/deviceReturns.ts';
import { deviceUse, takeDevice, type DeviceLease } from '../../../src/backend/platform/deviceLease.ts';
import { ownIdentity } from '../../../src/backend/platform/process.ts';
import { testFolder } from '../../support/testStore.ts';

/** A lease whose file can't be written until `mend` is called, as on a full disk. */
function blockedLease(): { folder: string; lease: DeviceLease; mend: () => void } {
  const folder = testFolder();
  const lease = takeDevice(folder, 'cpu', { workspace: '/w', runId: 'run_a', holders: [ownIdentity()] });
  if (lease === null) throw new Error('the device was not free');
  const obstacle = path.join(folder, `cpu.${lease.generation}.json.${process.pid}.tmp`);
  mkdirSync(obstacle);
  return { folder, lease, mend: () => rmSync(obstacle, { recursive: true }) };
}

it('a device that could not be given back is given back later', () => {
  const { folder, lease, mend } = blockedLease();
  const returns = new DeviceReturns(folder, pino({ level: 'silent' }));
  returns.giveBack(lease);
  returns.retry();
  expect(deviceUse(folder, 'cpu')).not.toBeNull();
  mend();
  returns.retry();
  expect(deviceUse(folder, 'cpu')).toBeNull();
});

it('a device that its run took again meanwhile is kept', () => {
  const { folder, lease, mend } = blockedLease();
  const returns = new DeviceReturns(folder, pino({ level: 'silent' }));
  returns.giveBack(lease);
  returns.keep(lease);
  mend();
  returns.retry();
  expect(deviceUse(folder, 'cpu')).toMatchObject({ runId: 'run_a' });
});
