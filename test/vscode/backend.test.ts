import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until.ts';
import { backendPids } from './processes.ts';
import { windowApp } from './window.ts';

describe('the backend', () => {
  it('is not there before something needs it', () => {
    assert.deepEqual(backendPids(), []);
  });

  it('is not started by a view of a folder that has no data', async () => {
    await vscode.commands.executeCommand('trainingCamp.runs.focus');
    assert.deepEqual(await (await windowApp()).views.runs.getChildren(), []);
    assert.deepEqual(backendPids(), []);
  });

  it('is started by the first thing that needs it', async () => {
    await vscode.commands.executeCommand('trainingCamp.status');
    assert.equal(backendPids().length, 1);
  });

  it('is one process again after several restarts at once', async () => {
    const [before] = backendPids();
    await Promise.all([1, 2, 3].map(() => vscode.commands.executeCommand('trainingCamp.restartBackend')));
    const after = backendPids();
    assert.equal(after.length, 1);
    assert.notEqual(after[0], before);
  });

  it('is started again after each of twenty kills', async () => {
    for (let kill = 0; kill < 20; kill++) {
      const [pid] = await until('a backend', () => {
        const pids = backendPids();
        return pids.length === 1 ? pids : undefined;
      });
      assert.ok(pid !== undefined);
      // It answers before it is killed: one that dies at once again and again is not started any more.
      await until('an answer', async () => (await vscode.commands.executeCommand('trainingCamp.status')) !== undefined);
      process.kill(pid, 'SIGKILL');
      await until('another process', () => {
        const pids = backendPids();
        return pids.length === 1 && pids[0] !== pid;
      });
    }
  });
});
