import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('the extension', () => {
  it('is there and activates', async () => {
    const extension = vscode.extensions.getExtension('training-camp.training-camp');
    assert.ok(extension, 'training-camp.training-camp is not installed');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
