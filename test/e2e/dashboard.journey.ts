import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { addStoredRun } from '../support/storedRun.ts';
import { journey } from './journey.ts';
import { webview } from './webview.ts';

const home = mkdtempSync(path.join(tmpdir(), 'dashboard-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

journey('the dashboard follows the workspace and opens what it shows', { env: { TRAINING_CAMP_HOME: home } }, async (workbench) => {
  await workbench.page.setViewportSize({ width: 1500, height: 1200 });
  await workbench.runCommand('Training: Open Dashboard');
  const panel = webview(workbench.page);
  await panel.getByText('Nothing is trained at the moment.').waitFor();
  await workbench.screenshot('dashboard-empty');

  addStoredRun(workbench.workspace, { name: 'ended01', steps: 600 });
  addStoredRun(workbench.workspace, { name: 'active1', steps: 240, totalSteps: 900, state: 'running' });
  await panel.getByRole('progressbar', { name: 'Steps of support-triage' }).waitFor();
  await workbench.screenshot('dashboard');

  await panel.getByRole('button', { name: 'Pause' }).click();
  await panel.getByText('Paused: no further run starts.').waitFor();
  await panel.getByRole('button', { name: 'Resume' }).click();
  await panel.getByText('Nothing waits.').waitFor();
  await panel.getByRole('table').getByRole('button', { name: 'support-triage' }).first().click();
  await webview(workbench.page).getByRole('img', { name: /^Loss\. Train: / }).waitFor();
});
