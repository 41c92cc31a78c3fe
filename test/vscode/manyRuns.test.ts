import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { App } from '../../src/extension/app.ts';
import { until } from '../support/until.ts';
import { rowsOf, windowApp, workspaceFolder } from './window.ts';

const runCount = 10_000;
/** `PANEL_CYCLES=100 VERBOSE=1 node test/run.ts vscode` measures more of them and prints the figures. */
const cycles = Number(process.env['PANEL_CYCLES'] ?? 20);
const mostGrowthBytes = 40 * 1024 * 1024 * (cycles / 100);

/** Bytes of the extension host's heap that are in use after a full collection. */
function usedHeapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  return getHeapStatistics().used_heap_size;
}

/** In a process of its own: the tests' bundle carries no database. */
async function storeRuns(count: number): Promise<void> {
  const script = path.resolve(__dirname, '..', '..', 'test', 'support', 'manyRuns.ts');
  await promisify(execFile)(process.execPath, [script, workspaceFolder().fsPath, String(count)]);
}

describe('with ten thousand runs', function () {
  this.timeout(120_000);
  let app: App;

  before(async () => {
    app = await windowApp();
    await storeRuns(runCount);
    await vscode.commands.executeCommand('trainingCamp.runs.focus');
  });

  after(async () => await storeRuns(0));

  it('the tree shows a page of two hundred and a row for more', async () => {
    const took: number[] = [];
    for (let round = 0; round < 20; round++) {
      const start = performance.now();
      const rows = await app.views.runs.getChildren();
      took.push(performance.now() - start);
      assert.equal(rows.filter((row) => row.kind === 'run').length, 200);
    }
    assert.equal((await rowsOf(app.views.runs, 'more')).length, 1);
    took.sort((left, right) => left - right);
    console.log(`first page of ${String(runCount)} runs: median ${(took[10] ?? 0).toFixed(1)} ms, worst of 20 ${(took[19] ?? 0).toFixed(1)} ms`);
  });

  it('panels, opened and closed, leave nothing behind', async () => {
    const cycle = async (index: number) => {
      app.panels.open('run', `run_many-${String(index)}`);
      // Its tab is named after the run when the page has loaded and the backend has answered it.
      await until('the panel', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes('ds_many'));
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await until('no panel', () => app.panels.count('run') === 0);
    };
    for (let index = 0; index < 5; index++) await cycle(index);
    const before = usedHeapBytes();
    for (let index = 0; index < cycles; index++) await cycle(index);
    const growth = usedHeapBytes() - before;
    console.log(`heap of the extension host after ${String(cycles)} panels: ${(growth / 1024 / 1024).toFixed(1)} MB more`);
    assert.ok(growth < mostGrowthBytes, `${String(growth)} bytes more`);
  });
});
