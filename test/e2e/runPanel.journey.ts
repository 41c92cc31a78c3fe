import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { addStoredRun } from '../support/storedRun.ts';
import { journey } from './journey.ts';
import { webview } from './webview.ts';

const home = mkdtempSync(path.join(tmpdir(), 'run-panel-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const options = { env: { TRAINING_CAMP_HOME: home } };

journey('a stored run is shown with its curves, and other runs lie over it', options, async (workbench) => {
  addStoredRun(workbench.workspace, { name: 'first01', steps: 3000, hasGpu: true, spikeAt: 1200 });
  addStoredRun(workbench.workspace, { name: 'second2', steps: 2500, learningRate: 6e-4 });
  await workbench.page.setViewportSize({ width: 1500, height: 1300 });
  await workbench.runCommand('Training: Follow Run');
  await workbench.quickInput.pick('support-triage');
  const panel = webview(workbench.page);
  await panel.getByRole('heading', { name: 'support-triage' }).waitFor();
  await panel.getByRole('img', { name: /^Loss\. Train: / }).waitFor();
  await workbench.screenshot('run');
  await panel.getByRole('button', { name: 'Overlay…' }).click();
  await panel.getByRole('checkbox').first().click();
  await panel.getByRole('heading', { name: 'Compare' }).click();
  await workbench.screenshot('run-compare');
});
