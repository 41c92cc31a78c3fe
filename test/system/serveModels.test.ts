import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workspaceAt } from '../../src/backend/platform/workspace.ts';
import { Services } from '../../src/backend/services.ts';
import { installedModel } from '../support/builtInModel.ts';
import { driveByPython } from '../support/openaiPython/openaiPython.ts';
import { writeNoiseAdapter } from '../support/loraFolder.ts';
import { startServing, type Serving } from '../support/serve.ts';
import { makeToolModel } from '../support/toolModel.ts';

// Several models behind one server: a base, adapters on it, and a model that knows tools.

const model = installedModel();
const folder = mkdtempSync(path.join(tmpdir(), 'camp-serve-models-'));
const workspace = path.join(folder, 'work');
let server: Serving;
let openai: OpenAI;
let toolModel: string;
/** Ids of two adapters that two agents have under one name. */
let shared: string[];

beforeAll(async () => {
  mkdirSync(workspace);
  const home = path.join(folder, 'home');
  mkdirSync(path.join(home, 'models'), { recursive: true });
  symlinkSync(path.dirname(model.folder), path.join(home, 'models', model.id));
  toolModel = await makeToolModel(model, home);
  const services = new Services({ workspace: workspaceAt(workspace), home: model.home, env: process.env });
  const add = async (name: string, seed: number, agent: string | null) =>
    (await services.adapters.import({ folder: writeNoiseAdapter(path.join(folder, `${name}-${String(seed)}`), model, seed), model: model.id, name, agent }, new AbortController().signal)).adapter.id;
  try {
    await add('own', 1, null);
    shared = [await add('shared', 2, 'one'), await add('shared', 3, 'two')];
  } finally {
    services.dispose();
  }
  server = await startServing(workspace, { env: { TRAINING_CAMP_HOME: home } });
  openai = new OpenAI({ baseURL: server.url, apiKey: server.token, maxRetries: 0 });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const question = { messages: [{ role: 'user' as const, content: 'What is the capital of France?' }], max_completion_tokens: 12, temperature: 0 };
const answerOf = async (name: string) => (await openai.chat.completions.create({ ...question, model: name })).choices[0]?.message.content;

describe('adapters on one base', () => {
  test('answer each in their own way, in any order and at once, and leave the base as it is', async () => {
    const [one = '', two = ''] = shared;
    const names = [model.id, 'own@1', one, two];
    const answers = new Map<string, unknown>();
    for (const name of names) answers.set(name, await answerOf(name));
    expect(new Set(answers.values()).size).toBe(names.length);
    const again = [model.id, two, 'own@1', model.id, one, two];
    expect(await Promise.all(again.map(answerOf))).toEqual(again.map((name) => answers.get(name)));
  });

  test('of two agents under one name are listed by their ids, and asked for by that name say so', async () => {
    expect(server.models.toSorted()).toEqual([model.id, toolModel, 'own@1', ...shared].toSorted());
    await expect(answerOf('shared@1')).rejects.toMatchObject({ status: 400, code: 'model_ambiguous', message: expect.stringContaining(shared[0] ?? '') });
  });
});

describe('a call of a tool', () => {
  const called = (id: string, city: string) => ({ role: 'assistant' as const, content: null, tool_calls: [{ id, type: 'function' as const, function: { name: 'weather', arguments: JSON.stringify({ city }) } }] });
  const turn = (id: string, city: string, weather: string) => [
    { role: 'user' as const, content: `What is the weather in ${city}?` },
    called(id, city),
    { role: 'tool' as const, tool_call_id: id, content: weather },
    { role: 'assistant' as const, content: `It is ${weather}.` },
  ];
  const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const ask = () => ({
    model: toolModel,
    messages: [...turn('call_1', 'Paris', 'sunny'), ...turn('call_2', 'London', 'rain'), { role: 'user' as const, content: 'What is the weather in Berlin?' }],
    tools: [{ type: 'function' as const, function: { name: 'weather', description: 'Tells the weather.', parameters } }],
    max_completion_tokens: 40,
    temperature: 0,
  });

  test('comes whole', async () => {
    const [choice] = (await openai.chat.completions.create(ask())).choices;
    expect(choice).toMatchObject({ finish_reason: 'tool_calls', message: { content: null, tool_calls: [{ type: 'function', function: { name: 'weather', arguments: '{"city":"Berlin"}' } }] } });
  });

  test('comes by the client’s own reading of a stream, and nothing of it as text', async () => {
    let text = '';
    const stream = openai.chat.completions.stream(ask()).on('content', (piece) => (text += piece));
    const { choices } = await stream.finalChatCompletion();
    expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { tool_calls: [{ function: { name: 'weather', arguments: '{"city":"Berlin"}' } }] } });
    expect(text).toBe('');
  });

  test('comes to the public client in Python as well, and so do answers, streams and refusals', async () => {
    const driven = await driveByPython(model.home, { url: server.url, key: server.token, model: model.id, messages: question.messages, tools: ask() });
    expect(driven.models).toContain(model.id);
    expect(driven.text).toBe(await answerOf(model.id));
    expect(driven.streamed).toBe(driven.text);
    expect(driven.tokens).toBeGreaterThan(0);
    expect(driven.calls).toEqual([['weather', { city: 'Berlin' }]]);
    expect(driven.streamedCalls).toEqual(driven.calls);
    expect(driven.refusals).toEqual([{ kind: 'AuthenticationError', code: 'invalid_api_key' }, { kind: 'NotFoundError', code: 'model_not_found' }]);
  });

  test('does not come where the client wants none', async () => {
    const [choice] = (await openai.chat.completions.create({ ...ask(), tool_choice: 'none' })).choices;
    expect(choice?.message.tool_calls).toBeUndefined();
  });
});

test('what is too much at once is refused with the time to wait, and the rest is answered', async () => {
  const abort = new AbortController();
  await openai.chat.completions.create({ ...question, model: model.id, max_completion_tokens: 4000, temperature: 1, stream: true }, { signal: abort.signal });
  const outcomes = Array.from({ length: 40 }, async () => await openai.chat.completions.create({ ...question, model: model.id, max_completion_tokens: 1 }).catch((error: unknown) => error));
  // Those beyond the limit are answered while the engine is still at the long answer.
  const refused = await Promise.race(outcomes);
  abort.abort();
  expect(refused).toBeInstanceOf(OpenAI.RateLimitError);
  const all = await Promise.all(outcomes);
  const refusals = all.filter((outcome) => outcome instanceof OpenAI.RateLimitError);
  expect(refusals.length).toBeGreaterThanOrEqual(8);
  for (const { headers, code } of refusals) expect({ code, retryAfter: headers.get('retry-after') }).toEqual({ code: 'too_many_requests', retryAfter: '5' });
  expect(all.filter((outcome) => !(outcome instanceof Error))).toHaveLength(40 - refusals.length);
});
