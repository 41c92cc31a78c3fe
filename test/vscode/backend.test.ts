import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('the backend', () => {
  it('is started by the first command that needs it', async () => {
    await vscode.commands.executeCommand('trainingCamp.restartBackend');
    const all = await vscode.commands.getCommands(true);
    assert.ok(all.includes('trainingCamp.runs.open'));
  });
});
