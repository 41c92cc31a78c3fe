import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';
import { isPaused } from '../../src/backend/jobs/queue.ts';
import { homeAt, workspaceAt } from '../../src/backend/platform/workspace.ts';
import { openStore } from '../../src/backend/store/db.ts';
import { backUpWhenStale } from '../../src/backend/store/migrate.ts';
import { Camp } from '../support/camp.ts';
import { damageDatabase } from '../support/damage.ts';
import { fillDisk, freeDisk, mayMount, mountSmallDisk, unmount } from '../support/smallDisk.ts';
import { addStoredRun } from '../support/storedRun.ts';
import { until } from '../support/until.ts';
import { journey } from './journey.ts';
import { buttonsOf, notification, press } from './notifications.ts';

const home = mkdtempSync(path.join(tmpdir(), 'store-failures-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function confirm(page: Page, question: string, button: string): Promise<void> {
  const dialog = page.locator('.monaco-dialog-box').filter({ hasText: question });
  await dialog.locator('.monaco-button').filter({ hasText: button }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** A database with a run and a backup of it, changed by `sql` while nobody has it open. */
function prepareDatabase(workspace: string, sql: string): void {
  addStoredRun(workspace, { name: 'kept', steps: 20 });
  const store = openStore(workspaceAt(workspace).database);
  backUpWhenStale(store.db, store);
  store.close();
  changeDatabase(workspace, sql);
}

function changeDatabase(workspace: string, sql: string): void {
  const store = openStore(workspaceAt(workspace).database);
  store.db.exec(sql);
  store.close();
}

function isQueuePaused(database: string): boolean {
  const store = openStore(database);
  try {
    return isPaused(store);
  } finally {
    store.close();
  }
}

journey('a damaged database is told with what repairs it, and its backup is restored by the button', { env: { TRAINING_CAMP_HOME: home } }, async (workbench) => {
  const { page, workspace } = workbench;
  const { database, trash } = workspaceAt(workspace);
  prepareDatabase(workspace, '');
  damageDatabase(database);
  await workbench.openContainer('Training Camp');
  await notification(page, 'is damaged.');
  expect(await buttonsOf(page, 'is damaged.')).toEqual(['Restore Backup', 'Try Again', 'Run Doctor', 'Show Log']);
  await workbench.screenshot('database-damaged');
  await press(page, 'is damaged.', 'Restore Backup');
  await confirm(page, 'Restore the backup of', 'Restore Backup');
  await notification(page, 'The backup is in place.');
  await workbench.tree('Runs').row('support-triage').waitFor();
  expect(readdirSync(trash)).toHaveLength(1);
});

journey('a foreign database is moved away by the button', { env: { TRAINING_CAMP_HOME: home } }, async (workbench) => {
  const { page, workspace } = workbench;
  prepareDatabase(workspace, 'CREATE TABLE theirs (x)');
  await workbench.openContainer('Training Camp');
  await notification(page, 'has a schema that is not Training Camp’s');
  await press(page, 'has a schema that is not Training Camp’s', 'Move It Away');
  await confirm(page, 'Restore the backup of', 'Restore Backup');
  await workbench.tree('Runs').row('support-triage').waitFor();
  expect(readdirSync(workspaceAt(workspace).trash)).toHaveLength(1);
});

journey('a newer database is left as it is, and read once it can be', { env: { TRAINING_CAMP_HOME: home } }, async (workbench) => {
  const { page, workspace } = workbench;
  const { database } = workspaceAt(workspace);
  prepareDatabase(workspace, '');
  const good = `${database}.good`;
  copyFileSync(database, good);
  changeDatabase(workspace, 'PRAGMA user_version = 99');
  await workbench.openContainer('Training Camp');
  await notification(page, 'was made by a newer version of Training Camp');
  expect(await buttonsOf(page, 'was made by a newer version')).toEqual(['Try Again', 'Run Doctor', 'Show Log']);
  renameSync(good, database);
  await press(page, 'was made by a newer version', 'Try Again');
  await page.locator('.statusbar-item').filter({ hasText: 'the database does not open' }).waitFor({ state: 'detached' });
  await workbench.tree('Runs').row('support-triage').waitFor();
});

journey('a worker that can’t be started is told, and starts by the button when it can', { env: { TRAINING_CAMP_WORKER_IDLE_MS: '1500' } }, async (workbench) => {
  const { page } = workbench;
  const camp = await Camp.make({ root: workbench.workspace, home: homeAt(path.join(workbench.server.folder, 'home')) });
  // The place of the worker's copy is taken by a file.
  const workers = path.join(camp.home.root, 'workers');
  writeFileSync(workers, '');
  const { runId } = await camp.start(3);
  await workbench.openContainer('Training Camp');
  await notification(page, 'The worker could not be started');
  await notification(page, 'no worker moves the queue');
  await workbench.screenshot('worker-missing');
  rmSync(workers);
  await press(page, 'no worker moves the queue', 'Start Worker');
  await until('the run is over', async () => (await camp.run(runId)).state === 'completed', 240_000);
  await camp.dispose();
});

if (mayMount()) {
  journey('a full disk is told, and what was refused is done when there is room', { env: { TRAINING_CAMP_HOME: home } }, async (workbench) => {
    const { page, workspace } = workbench;
    const { training } = workspaceAt(workspace);
    mkdirSync(training);
    mountSmallDisk(training, 8);
    try {
      addStoredRun(workspace, { name: 'kept', steps: 20 });
      await workbench.openContainer('Training Camp');
      await workbench.tree('Runs').row('support-triage').waitFor();
      fillDisk(training, 0);
      await workbench.runCommand('Training: Pause Queue');
      await notification(page, 'No room is left on the disk');
      expect(await buttonsOf(page, 'No room is left on the disk')).toEqual(['Run Doctor', 'Show Log']);
      freeDisk(training);
      await workbench.runCommand('Training: Pause Queue');
      await until('the queue to be paused', () => isQueuePaused(workspaceAt(workspace).database));
    } finally {
      unmount(training);
    }
  });
}
