// `npm run bench -- panel [POINTS]`: how soon the run panel of a real VS Code shows a long run, how many bytes that takes,
// and how often it is told of changes. A zoom back to the whole run is measured, from the double click to the pixels.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { workspaceAt } from '../../src/backend/platform/workspace.ts';
import { transact } from '../../src/backend/store/changes.ts';
import { openStore } from '../../src/backend/store/db.ts';
import { appendPoints } from '../../src/backend/store/metrics.ts';
import { until } from '../support/until.ts';
import { addStoredRun } from '../support/storedRun.ts';
import { webview } from '../e2e/webview.ts';
import { Workbench } from '../e2e/workbench.ts';
import { backToWhole, countChanges } from './panelParts/inPage.ts';

const points = Number(process.argv[2] ?? 1_000_000);
const rounds = 5;
const writesPerSecond = 50;
const watchedSeconds = 4;
const measuredSchema = z.object({ answeredMs: z.number(), drawnMs: z.number(), bytes: z.number() });

const workbench = await Workbench.open({});
try {
  const id = addStoredRun(workbench.workspace, { name: 'long', steps: 100, state: 'running' });
  const store = openStore(workspaceAt(workbench.workspace).database);
  const append = (first: number, count: number) => {
    const steps = Array.from({ length: count }, (_, index) => first + index);
    const series = new Map(['loss', 'learningRate', 'gradNorm', 'tokensPerSecond'].map((key) => [key, { steps, times: steps, values: steps.map((step) => 1 + Math.sin(step)) }]));
    transact(store, (note) => {
      appendPoints(store.db, id, 'att_long', series);
      store.db.prepare('UPDATE runs SET step = ? WHERE id = ?').run(first + count - 1, id);
      note('runs', id);
    });
  };
  for (let first = 101; first <= points; first += 4096) append(first, Math.min(4096, points - first + 1));

  await workbench.page.setViewportSize({ width: 1500, height: 1200 });
  await workbench.runCommand('Training: Follow Run');
  await workbench.quickInput.pick('support-triage');
  const body = webview(workbench.page).locator('body');
  const chart = webview(workbench.page).getByRole('group', { name: 'Loss chart' });
  await until('the whole curve', async () => (await chart.getByRole('img').getAttribute('aria-label'))?.includes(`${points.toLocaleString('en-US')} values`));
  const drawn: z.infer<typeof measuredSchema>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await chart.press('+');
    await until('a zoom', async () => (await chart.getByRole('img').getAttribute('aria-label'))?.includes(`${points.toLocaleString('en-US')} values`) === false);
    drawn.push(measuredSchema.parse(await body.evaluate(backToWhole, points.toLocaleString('en-US'))));
  }

  let next = points + 1;
  const counting = body.evaluate(countChanges, watchedSeconds * 1000);
  for (let write = 0; write < writesPerSecond * watchedSeconds; write += 1, next += 1) {
    append(next, 1);
    await delay(1000 / writesPerSecond);
  }
  const changes = await counting;
  store.close();

  const result = {
    points,
    rounds,
    cpu: cpus()[0]?.model ?? 'unknown',
    answeredMs: median(drawn.map(({ answeredMs }) => answeredMs)),
    drawnMs: median(drawn.map(({ drawnMs }) => drawnMs)),
    payloadBytes: Math.max(...drawn.map(({ bytes }) => bytes)),
    changesPerSecond: changes / watchedSeconds,
  };
  console.table({
    'asked to answered': { figure: `${result.answeredMs.toFixed(0)} ms`, aim: '' },
    'asked to pixels': { figure: `${result.drawnMs.toFixed(0)} ms`, aim: '≤ 150 ms' },
    payload: { figure: `${(result.payloadBytes / 1024).toFixed(1)} KB`, aim: '≤ 128 KB' },
    'updates per second': { figure: result.changesPerSecond.toFixed(1), aim: '≤ 10' },
  });
  mkdirSync(path.join(import.meta.dirname, 'results'), { recursive: true });
  writeFileSync(path.join(import.meta.dirname, 'results', 'panel.json'), `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await workbench.close();
  workbench.server.remove();
}

function median(values: number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
