import path from 'node:path';
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { homeAt } from '../../src/backend/platform/workspace.ts';
import { Camp } from '../support/camp.ts';
import { until } from '../support/until.ts';
import { journey } from './journey.ts';
import { ourProcesses } from './ourProcesses.ts';
import { webview } from './webview.ts';
import type { Workbench } from './workbench.ts';

const kills = 20;

/** What the loss chart says of itself: how many values, and the step of the last bucket. */
async function curve(workbench: Workbench): Promise<{ values: number; last: number }> {
  const label = (await webview(workbench.page).getByRole('img', { name: /^Loss\. Train: / }).getAttribute('aria-label', { timeout: 3000 })) ?? '';
  const [, values = '', last = ''] = /Train: ([\d,]+) values from step \d+ to (\d+)/.exec(label) ?? [];
  return { values: Number(values.replaceAll(',', '')), last: Number(last) };
}

async function grown(workbench: Workbench, than: number): Promise<number> {
  return await until('the curve to grow', async () => {
    const { values } = await curve(workbench);
    return values > than && values;
  });
}

async function drag(workbench: Workbench, canvas: Locator, shares: { from: number; to: number }): Promise<void> {
  const box = await canvas.boundingBox();
  if (box === null) throw new Error('the chart is not in sight');
  const y = box.y + box.height / 2;
  await workbench.page.mouse.move(box.x + box.width * shares.from, y);
  await workbench.page.mouse.down();
  await workbench.page.mouse.move(box.x + box.width * shares.to, y, { steps: 5 });
  await workbench.page.mouse.up();
}

/** A curve at rest: one value for each step that the run has done, and no more. */
async function expectWhole(workbench: Workbench, camp: Camp, runId: string): Promise<void> {
  const { step } = await camp.run(runId);
  await until('a curve without a hole and without a step twice', async () => (await curve(workbench)).values === step);
}

journey('a run is watched over hiding, a reload, killed backends, a stop and a resume, and its curve is whole', {}, async (workbench) => {
  const camp = await Camp.make({ root: workbench.workspace, home: homeAt(path.join(workbench.server.folder, 'home')) });
  try {
    await watch(workbench, camp);
  } catch (error) {
    // A trainer would go on for hours; the journey's own failure is the one to tell.
    await camp.dispose().catch(() => undefined);
    throw error;
  }
});

async function watch(workbench: Workbench, camp: Camp): Promise<void> {
  const panel = () => webview(workbench.page);
  const button = (name: string) => panel().getByRole('button', { name });
  const isLog = () => panel().getByRole('button', { name: 'Log', exact: true });
  const showPanel = async () => await workbench.page.locator('.tab').filter({ hasNotText: 'rows.jsonl' }).first().click();
  const { runId } = await camp.start(1_000_000, ['--epochs', '1000']);
  await workbench.page.setViewportSize({ width: 1500, height: 1200 });
  await workbench.runCommand('Training: Follow Run');
  await workbench.quickInput.pick('sums');
  let values = await grown(workbench, 5);
  await isLog().click();

  await workbench.page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: 'rows.jsonl' }).click();
  await workbench.page.locator('.tab.active').filter({ hasText: 'rows.jsonl' }).waitFor();
  await showPanel();
  values = await grown(workbench, values);
  expect(await isLog().getAttribute('aria-pressed')).toBe('true');
  await workbench.reload();
  // What was open last before an abrupt reload may not be in sight after it.
  await showPanel();
  values = await grown(workbench, values);

  for (let kill = 0; kill < kills; kill += 1) {
    const pid = await until('a backend', () => ourProcesses(workbench.server, ['backend'])[0]);
    process.kill(pid, 'SIGKILL');
    values = await grown(workbench, values);
  }
  expect(await panel().getByRole('alert').count()).toBe(0);

  await button('Stop and save').click();
  await button('Resume').waitFor({ timeout: 60_000 });
  await expectWhole(workbench, camp, runId);
  await button('Resume').click();
  await panel().getByText(/Attempt 2 from step-/).waitFor({ timeout: 60_000 });
  values = await grown(workbench, values);
  await button('Stop and save').click();
  await button('Resume').waitFor({ timeout: 60_000 });
  await expectWhole(workbench, camp, runId);

  await drag(workbench, panel().getByRole('img', { name: /^Loss\. / }), { from: 0.4, to: 0.6 });
  await button('show all').waitFor();
  await until('fewer values in the zoom', async () => (await curve(workbench)).values < values / 2);
  await workbench.screenshot('run-zoom');
  await button('show all').click();
  await expectWhole(workbench, camp, runId);
}
