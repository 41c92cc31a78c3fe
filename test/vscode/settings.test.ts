import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { settingScopes, settingsSchema } from '../../src/protocol/settings.ts';

describe('settings', () => {
  const configuration = vscode.workspace.getConfiguration('trainingCamp');

  it('have the defaults of their schema', () => {
    for (const [name, value] of Object.entries(settingsSchema.parse({}))) assert.deepEqual(configuration.inspect(name)?.defaultValue, value, name);
  });

  it('that name a path can’t be set by a workspace', async () => {
    for (const [name, scope] of Object.entries(settingScopes)) {
      if (scope !== 'machine') continue;
      await assert.rejects(async () => await configuration.update(name, '/tmp/elsewhere', vscode.ConfigurationTarget.Workspace), name);
    }
  });
});
