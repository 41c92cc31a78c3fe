import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { Panel } from '../../src/extension/panels/panel.ts';
import { until } from '../support/until.ts';
import { windowApp, writeWorkspaceFile } from './window.ts';

const bursts = 30;

/** A panel of VS Code's that tells what is sent into it. */
function counted(panel: vscode.WebviewPanel, onSent: (type: string) => void): vscode.WebviewPanel {
  const webview = instead(panel.webview, {
    postMessage: async (message: { type: string }) => {
      onSent(message.type);
      return await panel.webview.postMessage(message);
    },
  });
  return instead(panel, { webview });
}

/** The same object with other members; VS Code's own know only themselves as `this`. */
function instead<Thing extends object>(thing: Thing, members: Record<string, unknown>): Thing {
  return new Proxy(thing, {
    get: (target, key) => {
      if (typeof key === 'string' && key in members) return members[key];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
}

describe('a panel that is hidden', function () {
  this.timeout(60_000);

  it('is sent nothing, and one message when it is shown again', async () => {
    const app = await windowApp();
    const { extensionUri } = vscode.extensions.getExtension('training-camp.training-camp') ?? {};
    assert.ok(extensionUri);
    const open = (column: vscode.ViewColumn) => {
      const real = vscode.window.createWebviewPanel('trainingCamp.counted', 'counted', { viewColumn: column, preserveFocus: true }, {});
      const opened = { real, sent: 0, panel: new Panel({ kind: 'dashboard', subject: 'workspace', page: null, backend: app.backend, log: app.log, extensionUri, onDisposed: () => undefined, panel: counted(real, (type) => (opened.sent += type === 'changed' ? 1 : 0)) }) };
      return opened;
    };
    const covered = open(vscode.ViewColumn.One);
    // It is told of each change just after the other one is, or would be.
    const beside = open(vscode.ViewColumn.Two);
    const burst = async (): Promise<void> => {
      covered.sent = beside.sent = 0;
      for (let call = 0; call < bursts; call += 1) await app.backend.request(call % 2 === 0 ? 'queue/pause' : 'queue/resume', {});
      await until('the panel beside to be told', () => beside.sent > 0);
    };
    try {
      await burst();
      assert.ok(covered.sent > 0 && covered.sent < bursts, `${String(covered.sent)} messages for ${String(bursts)} changes`);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(await writeWorkspaceFile('over.txt', 'over it')), { viewColumn: vscode.ViewColumn.One });
      await until('the panel to be hidden', () => !covered.real.visible);
      await burst();
      assert.equal(covered.sent, 0);
      covered.real.reveal();
      await until('the panel to be told what it missed', () => covered.sent > 0);
      assert.equal(covered.sent, 1);
    } finally {
      for (const { panel } of [covered, beside]) panel.dispose();
      await app.backend.request('queue/resume', {});
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
  });
});
