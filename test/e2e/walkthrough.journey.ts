import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from 'vitest';
import { addStoredRun } from '../support/storedRun.ts';
import { until } from '../support/until.ts';
import { journey } from './journey.ts';
import { webview } from './webview.ts';

const home = mkdtempSync(path.join(tmpdir(), 'walkthrough-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const files = { 'CodeAgents/camp/triage.json': '{}', '.training/datasets/ds_rows/v1/rows.jsonl': '' };

journey('the walkthrough has the steps done that were done before, and those that are done while it is open', { files, env: { TRAINING_CAMP_HOME: home } }, async (workbench) => {
  const step = (title: string) => workbench.page.locator('.getting-started-step', { hasText: title });
  const isDone = async (title: string) => (await step(title).locator('.codicon-getting-started-step-checked').count()) > 0;
  await workbench.runCommand('Training: Open Walkthrough');
  await step('Prepare a dataset').waitFor();
  await until('the steps of before', async () => ((await isDone('Prepare a dataset')) && (await isDone('Compare agents')) ? true : undefined));
  expect(await isDone('Start training')).toBe(false);

  addStoredRun(workbench.workspace, { name: 'ended01', steps: 60 });
  await workbench.runCommand('Training: Open Dashboard');
  // A panel that comes up takes the focus, and closes a palette that is open.
  await webview(workbench.page).getByRole('button', { name: 'support-triage' }).first().waitFor();
  await workbench.runCommand('Training: Open Walkthrough');
  await until('the run', async () => ((await isDone('Start training')) ? true : undefined));
});
