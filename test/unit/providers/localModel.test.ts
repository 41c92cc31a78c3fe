import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { workspaceAt } from '../../../src/backend/platform/workspace.ts';
import { Services } from '../../../src/backend/services.ts';
import { installedModel } from '../../support/builtInModel.ts';
import { request } from '../../support/modelServer/client.ts';

const { home, gguf } = installedModel();
const services = new Services({ workspace: workspaceAt(path.join(tmpdir(), 'camp-nothing-here')), home, env: process.env });
afterAll(() => services.dispose());

it('answers by the built-in model, streamed, counted and at no cost', async () => {
  const model = await services.chatModels.resolve('builtin');
  expect(model).toMatchObject({ reference: 'builtin', isLocal: true, price: { inputUsd: 0, outputUsd: 0 } });
  expect(model.label).toContain('small');
  let shown = '';
  const sampling = { ...request('').sampling, maxTokens: 12 };
  const answer = await model.chat(request('Say hello.', { sampling }), { signal: new AbortController().signal, onText: (text) => void (shown += text) });
  expect(answer.text).toBe(shown);
  expect(answer.text).not.toBe('');
  expect(answer).toMatchObject({ costUsd: 0, model: 'smollm2-135m-instruct', toolCalls: [] });
  expect(answer.usage.promptTokens).toBeGreaterThan(5);
  expect(answer.usage.completionTokens).toBeLessThanOrEqual(12);
  // The same file by its path is the same model.
  const byPath = await services.chatModels.resolve(`local:${gguf}`);
  expect((await byPath.chat(request('Say hello.', { sampling }), { signal: new AbortController().signal, onText: () => undefined })).text).toBe(answer.text);
  expect(await byPath.capabilities(new AbortController().signal)).toMatchObject({ contextLength: 8192 });
});

it('holds an answer to a schema by a grammar, and asks for one that no grammar can hold', async () => {
  const model = await services.chatModels.resolve('builtin');
  const options = { signal: new AbortController().signal, onText: () => undefined };
  const sampling = { ...request('').sampling, maxTokens: 60 };
  const schema = { type: 'object', properties: { colour: { type: 'string', enum: ['red', 'blue'] } }, required: ['colour'], additionalProperties: false };
  const answer = await model.chat(request('What colour is the sky?', { sampling, responseSchema: { name: 'colour', schema } }), options);
  expect(['red', 'blue']).toContain(z.object({ colour: z.string() }).parse(JSON.parse(answer.text)).colour);
  const impossible = { type: 'object', not: { type: 'object' } };
  expect((await model.chat(request('Hello.', { sampling: { ...sampling, maxTokens: 4 }, responseSchema: { name: 'x', schema: impossible } }), options)).text).not.toBe('');
});

it('ends with the caller’s reason when it is aborted', async () => {
  const model = await services.chatModels.resolve('builtin');
  const abort = new AbortController();
  const reason = new Error('enough');
  await expect(model.chat(request('Count to a thousand.'), { signal: abort.signal, onText: () => abort.abort(reason) })).rejects.toBe(reason);
});
