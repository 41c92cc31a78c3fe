import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Camp } from '../support/camp.ts';
import { makeTestHome } from '../support/home.ts';
import { jobsOf } from '../support/killing.ts';
import { fillDisk, freeDisk, mayMount, mountSmallDisk, unmount } from '../support/smallDisk.ts';
import { until } from '../support/until.ts';

const megabyte = 1024 * 1024;

describe.skipIf(!mayMount())('a full disk (needs root on Linux, to mount a small tmpfs)', () => {
  let camp: Camp;
  let disk: string;

  beforeEach(async () => {
    disk = mkdtempSync(path.join(tmpdir(), 'camp-disk-'));
    mountSmallDisk(disk, 48);
    camp = await Camp.make({ root: path.join(disk, 'workspace'), home: await makeTestHome(), env: { TRAINING_CAMP_MIN_FREE_BYTES: String(6 * megabyte), TRAINING_CAMP_RETRY_BASE_MS: '500' } });
  });
  afterEach(async () => {
    try {
      await camp.dispose();
    } finally {
      unmount(disk);
      rmSync(disk, { recursive: true, force: true });
    }
  });

  it('makes a queued run wait, and say for what, until there is room', async () => {
    fillDisk(disk, 4 * megabyte);
    const { runId } = await camp.start(3);
    await until('it says what it waits for', async () => (await jobsOf(camp))[0]?.reason === 'disk_full');
    freeDisk(disk);
    await until('the run is over', async () => (await camp.run(runId)).state === 'completed', 180_000);
  });

  it('pauses a run that fills the disk, and goes on from its checkpoint when there is room', async () => {
    const { runId } = await camp.start(120);
    await until('it trains', async () => (await camp.run(runId)).step >= 22, 180_000);
    fillDisk(disk, 0);
    await until('it says what it waits for', async () => (await jobsOf(camp))[0]?.reason === 'disk_full', 180_000);
    expect(await camp.run(runId)).toMatchObject({ state: 'queued', message: expect.stringContaining('disk') });
    freeDisk(disk);
    await until('the run is over', async () => (await camp.run(runId)).state === 'completed', 240_000);
    expect(await camp.ok(['metrics', runId, '--key', 'loss'])).toMatchObject({ summary: { loss: { count: 120 } } });
  });
});
