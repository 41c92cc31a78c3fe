import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Backend } from '../../src/extension/client/backend.ts';
import { makeLog } from '../../src/extension/log.ts';
import { Relay } from '../../src/extension/panels/relay.ts';
import type { ToWebview } from '../../src/protocol/panels.ts';

/** A relay whose backend notes what reaches it. */
function relayOfRunPanel(): { relay: Relay; sent: ToWebview[]; reached: string[] } {
  const sent: ToWebview[] = [];
  const reached: string[] = [];
  const backend: Pick<Backend, 'requestAny' | 'hasStarted' | 'folder'> = {
    hasStarted: true,
    folder: vscode.Uri.file('/nowhere'),
    requestAny: async (name) => {
      reached.push(name);
      return { run: null };
    },
  };
  const panel = vscode.window.createWebviewPanel('trainingCamp.relayTest', 'relay', vscode.ViewColumn.Active);
  panel.dispose();
  return { relay: new Relay({ kind: 'run', subject: 'run_one', backend: backend as Backend, log: makeLog(), panel, send: (message) => sent.push(message), takePage: () => null }), sent, reached };
}

describe('the relay of a panel', () => {
  it('lets a panel call what the contract allows it', async () => {
    const { relay, sent, reached } = relayOfRunPanel();
    await relay.receive({ type: 'request', id: 1, method: 'runs/status', params: { run: 'run_one' } });
    assert.deepEqual(reached, ['runs/status']);
    assert.equal(sent[0]?.type, 'result');
  });

  for (const method of ['datasets/remove', 'setup/run', 'runs/start', 'toString', '__proto__', 'constructor', 'runs/status ']) {
    it(`refuses ${method}`, async () => {
      const { relay, sent, reached } = relayOfRunPanel();
      await relay.receive({ type: 'request', id: 1, method, params: {} });
      assert.deepEqual(reached, []);
      assert.deepEqual(sent.map((message) => (message.type === 'error' ? message.error.code : message.type)), ['method_not_allowed']);
    });
  }

  it('refuses params that the contract does not allow', async () => {
    const { relay, sent, reached } = relayOfRunPanel();
    await relay.receive({ type: 'request', id: 1, method: 'runs/logs', params: { run: 'run_one', tail: 1e9 } });
    assert.deepEqual(reached, []);
    assert.deepEqual(sent.map((message) => (message.type === 'error' ? message.error.code : message.type)), ['bad_params']);
  });

  for (const message of [null, 1, 'text', [], {}, { type: 'nothing' }, { type: 'request' }, { type: 'request', id: -1, method: 'runs/list' }, { type: 'save', name: '../evil', base64: '' }, { type: 'openSource', file: 'a', line: 0 }]) {
    it(`ignores ${JSON.stringify(message)}`, async () => {
      const { relay, sent, reached } = relayOfRunPanel();
      await relay.receive(message);
      assert.deepEqual([sent, reached], [[], []]);
    });
  }

  it('carries out no action that its panel does not have', async () => {
    const { relay } = relayOfRunPanel();
    const carriedOut: unknown[] = [];
    const registration = vscode.commands.registerCommand('trainingCamp.evil', (...args: unknown[]) => carriedOut.push(args));
    try {
      for (const action of ['evil', 'datasets.remove', '../evil', 'evil;x']) await relay.receive({ type: 'act', action, argument: 'x' });
      assert.deepEqual(carriedOut, []);
    } finally {
      registration.dispose();
    }
  });
});
