import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { allCommands } from '../../src/extension/contributions/allCommands.ts';
import { windowApp } from './window.ts';

describe('commands', () => {
  it('are registered, every one of the table', async () => {
    await windowApp();
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(Object.keys(allCommands).filter((id) => !registered.has(id)), []);
  });

  it('are told to VS Code in the manifest, every one of the table', async () => {
    const { context } = await windowApp();
    const manifest: unknown = context.extension.packageJSON;
    const text = JSON.stringify(manifest);
    assert.deepEqual(Object.keys(allCommands).filter((id) => !text.includes(`"command":"${id}"`)), []);
  });
});
