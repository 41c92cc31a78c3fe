import path from 'node:path';
import { expect } from 'vitest';
import { homeAt } from '../../src/backend/platform/workspace.ts';
import { metricsResultSchema } from '../../src/protocol/runResults.ts';
import { Camp } from '../support/camp.ts';
import { until } from '../support/until.ts';
import { journey } from './journey.ts';
import { ourProcesses } from './ourProcesses.ts';
import { webview } from './webview.ts';
import type { Workbench } from './workbench.ts';

const steps = 200;

async function follow(workbench: Workbench): Promise<void> {
  await workbench.runCommand('Training: Follow Run');
  await workbench.quickInput.pick('sums');
  await webview(workbench.page).getByRole('heading', { name: 'sums' }).waitFor();
}

/** A chart that is drawn to the run's last step, every step once. */
async function seeWholeCurve(workbench: Workbench): Promise<void> {
  await webview(workbench.page).getByRole('img', { name: new RegExp(`^Loss\\. Train: ${String(steps)} values from step 1 to ${String(steps)},`) }).waitFor({ timeout: 120_000 });
}

// Whoever starts the worker, a window or the command line, it ends soon after its last run.
const options = { env: { TRAINING_CAMP_WORKER_IDLE_MS: '1500' } };

journey('two windows on one workspace follow the same run, with a backend each and one worker', options, async (workbench) => {
  const { server } = workbench;
  const camp = await Camp.make({ root: workbench.workspace, home: homeAt(path.join(server.folder, 'home')) });
  await workbench.openContainer('Training Camp');
  const other = await workbench.secondWindow();
  await other.openContainer('Training Camp');
  const { runId } = await camp.start(steps);
  // What the command line queued is in both trees.
  for (const window of [workbench, other]) await window.tree('Runs').row('sums').waitFor();
  for (const window of [workbench, other]) await follow(window);
  expect(ourProcesses(server, ['backend'])).toHaveLength(2);
  expect(camp.workers().length).toBeLessThanOrEqual(1);
  await until('the run to end', async () => (await camp.run(runId)).state === 'completed', 300_000);
  for (const window of [workbench, other]) await seeWholeCurve(window);
  const { series } = metricsResultSchema.parse(await camp.ok(['metrics', runId, '--key', 'loss', '--every', '1']));
  expect(series['loss']?.map((point) => point.step)).toEqual(Array.from({ length: steps }, (_, index) => index + 1));
  await camp.dispose();
});
