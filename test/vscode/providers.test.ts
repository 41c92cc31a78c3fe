import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { startModelServer } from '../support/modelServer/modelServer.ts';
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

  it('of VS Code itself are those that it tells', async () => {
    const { backend } = await windowApp();
    const own = await vscode.lm.selectChatModels();
    const { models } = await backend.request('providers/chatModels', {});
    assert.deepEqual(models.filter(({ reference }) => reference.startsWith('vscode:')).map(({ reference }) => reference), own.map(({ family }) => `vscode:${family}`));
  });
});
