import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { startModelServer } from '../support/modelServer/modelServer.ts';
import { until } from '../support/until.ts';
import { windowApp } from './window.ts';

describe('chat models in the editor', () => {
  it('are used with a key of the secret storage, also after the backend was started anew', async () => {
    const { backend, keys } = await windowApp();
    const key = 'sk-test-0123456789';
    const server = await startModelServer({ apiKey: key, models: ['small'], rules: [{ when: { schema: 'greeting' }, reply: { json: { greeting: 'hi' } } }, { reply: { text: 'Hello.' } }] });
    const { origin } = new URL(server.url);
    try {
      await backend.request('providers/add', { name: 'scripted', url: server.url, model: 'small' });
      await keys.keep(origin, key);
      await backend.restart();
      const tested = await backend.request('providers/test', { name: 'scripted' });
      assert.deepEqual({ answer: tested.answer, keySource: tested.keySource }, { answer: 'Hello.', keySource: 'editor' });
      assert.ok(server.requests.every(({ authorization }) => authorization === `Bearer ${key}`));
    } finally {
      await keys.keep(origin, null);
      await backend.request('providers/remove', { name: 'scripted' });
      await backend.request('secrets/provide', { keys: await keys.all() });
      await server.close();
    }
  });

  it('of VS Code itself are those that it tells, and answer through it', async () => {
    const { backend } = await windowApp();
    // Brought by the extension in modelProvider/, which starts when the window is ready.
    const own = await until('a language model of VS Code', async () => {
      const models = await vscode.lm.selectChatModels({ vendor: 'echo' });
      return models.length > 0 && models;
    });
    const { models } = await backend.request('providers/chatModels', {});
    assert.deepEqual(models.filter(({ reference }) => reference === 'vscode:echo').map(({ label }) => label), own.map(() => 'Echo (VS Code, echo)'));
    const tested = await backend.request('providers/test', { name: 'vscode', model: 'echo' });
    assert.equal(tested.answer, 'Greet me in five words.');
    await assert.rejects(async () => await backend.request('providers/test', { name: 'vscode', model: 'gone' }), { message: 'VS Code has no language model “gone”.' });
  });
});
