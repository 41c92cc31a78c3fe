import { appendFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { workspaceAt } from '../../src/backend/platform/workspace.ts';
import { transact } from '../../src/backend/store/changes.ts';
import { openStore } from '../../src/backend/store/db.ts';
import { hostileTexts } from '../support/hostileTexts.ts';
import { addStoredRun } from '../support/storedRun.ts';
import { until } from '../support/until.ts';
import { expectInert } from './inert.ts';
import { journey } from './journey.ts';
import { notification } from './notifications.ts';
import { webview } from './webview.ts';

const rows = `${hostileTexts.map((text, index) => JSON.stringify({ messages: [{ role: 'user', content: text }, { role: 'assistant', content: `${String(index)} ${text}` }] })).join('\n')}\n`;

/** Shows every row of a list that keeps only those in sight in the document. */
async function scrollThrough(page: Page, list: ReturnType<FrameLocator['locator']>): Promise<void> {
  await list.focus();
  for (let page_ = 0; page_ < 40; page_++) await page.keyboard.press('PageDown');
}

/** One run for each text, whose dataset has it as its name. */
function storeHostileRuns(workspace: string): void {
  const first = addStoredRun(workspace, { name: 'hostile', steps: 20 });
  const store = openStore(workspaceAt(workspace).database);
  transact(store, (note) => {
    const insert = store.db.prepare(`INSERT INTO runs (id, state, method, model, model_sha256, dataset_id, dataset_version, config_hash, path, message, hint, created_at)
      SELECT ?, 'failed', method, ?, model_sha256, ?, 1, config_hash, path, ?, ?, '2026-01-01T00:00:00.000Z' FROM runs WHERE id = ?`);
    hostileTexts.forEach((text, index) => insert.run(`run_hostile-${String(index)}`, text, text, text, text, first));
    note('runs');
  });
  store.close();
  appendFileSync(path.join(workspaceAt(workspace).runs, first, 'trainer.log'), `${hostileTexts.map((text) => text.replaceAll('\n', ' ')).join('\n')}\n`);
}

journey('five hundred hostile texts stay texts in trees, panels and notifications', { files: { 'hostile.jsonl': rows } }, async (workbench) => {
  const { page, quickInput, workspace } = workbench;
  storeHostileRuns(workspace);
  await workbench.openContainer('Training Camp');
  const runs = workbench.tree('Runs');
  await until('a page of runs', async () => (await runs.rows()).length > 3);
  await runs.row(/failed/).hover();
  await scrollThrough(page, runs.pane.locator('.monaco-list'));
  await expectInert(workbench);

  await workbench.openFile('hostile.jsonl');
  await workbench.runCommand('Training: Prepare Dataset');
  await quickInput.pick('hostile.jsonl');
  await quickInput.pick('Import');
  await notification(page, 'rows are in the dataset “hostile”');
  await expectInert(workbench);

  await workbench.runCommand('Training: Open Dataset');
  await quickInput.pick('hostile');
  const dataset = webview(page);
  await dataset.getByRole('heading', { name: 'hostile' }).waitFor();
  const list = dataset.getByRole('treegrid').first();
  await list.waitFor();
  await scrollThrough(page, list);
  await page.keyboard.press('Enter');
  await expectInert(workbench, dataset);

  await workbench.runCommand('Training: Follow Run');
  await quickInput.pick('support-triage');
  const run = webview(page);
  await run.getByRole('heading', { name: 'support-triage' }).waitFor();
  await run.getByText('zero').first().waitFor({ state: 'attached' });
  await expectInert(workbench, run);
});
