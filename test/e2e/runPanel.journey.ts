import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from 'vitest';
import { until } from '../support/until.ts';
import { addStoredRun } from '../support/storedRun.ts';
import { journey } from './journey.ts';
import { webview } from './webview.ts';
import type { Workbench } from './workbench.ts';

const home = mkdtempSync(path.join(tmpdir(), 'run-panel-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
/** Exports into the workspace, under the name that is offered; what was written. */
async function exported(workbench: Workbench, kind: 'CSV' | 'PNG'): Promise<Buffer> {
  await webview(workbench.page).getByRole('button', { name: kind }).click();
  await workbench.page.locator('.quick-input-widget:visible').getByRole('button', { name: 'OK' }).click();
  return await until(`the ${kind} file`, () => {
    const name = readdirSync(workbench.workspace).find((one) => one.endsWith(`.${kind.toLowerCase()}`));
    const bytes = name === undefined ? Buffer.alloc(0) : readFileSync(path.join(workbench.workspace, name));
    return bytes.length > 0 && bytes;
  });
}

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
  const csv = await exported(workbench, 'CSV');
  const png = await exported(workbench, 'PNG');
  expect(csv.toString('utf8').split('\r\n')[0]).toBe('run,metric,step,time,min,max,mean');
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');

  await panel.getByRole('button', { name: 'Overlay…' }).click();
  await panel.getByRole('checkbox').first().click();
  await panel.getByRole('heading', { name: 'Compare' }).click();
  await workbench.screenshot('run-compare');
});
