import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFront, type Front } from '../../src/backend/inference/front/front.ts';
import { systemClock } from '../../src/backend/platform/clock.ts';
import { installedModel } from '../support/builtInModel.ts';
import { testInferenceClient } from '../support/inferenceClient.ts';
import { until } from '../support/until.ts';

// What one client can hold up, with limits that a test can wait for.

const { id: model, gguf } = installedModel();
const limits = { requests: 2, answerMs: 1500, stallMs: 400 };
const client = testInferenceClient();
const notices: string[] = [];
const bugs: unknown[] = [];
/** So many that their list is more than connections hold on the way. */
const manyModels = Array.from({ length: 200_000 }, (_, index) => ({ id: `model-${String(index)}`, names: [], modelPath: gguf, adapterPath: null }));
let front: Front;
let openai: OpenAI;

beforeAll(async () => {
  const models = () => [{ id: model, names: [], modelPath: gguf, adapterPath: null }, ...manyModels];
  front = await startFront({ client, models, clock: systemClock, port: 0, limits, onBug: (error) => bugs.push(error), onNotice: (text) => notices.push(text) });
  openai = new OpenAI({ baseURL: front.url, apiKey: front.token });
  await client.load(gguf);
});
afterAll(async () => {
  await front.close();
  client.dispose();
});

/** By its schema: a story may end early. */
const endless = { type: 'json_schema' as const, json_schema: { name: 'numbers', schema: { type: 'array', items: { type: 'integer' }, minItems: 1000 } } };
const short = { model, messages: [{ role: 'user' as const, content: 'Tell a very long story.' }], max_completion_tokens: 1, temperature: 1 };
const long = { ...short, max_completion_tokens: 8000, response_format: endless };

test('an answer that takes too long is ended, is not tried again by the client, and the next one comes', async () => {
  await expect(openai.chat.completions.create(long)).rejects.toMatchObject({ status: 504, code: 'answer_timeout', message: expect.stringContaining('1.5 seconds') });
  let text = '';
  const streamed = async () => {
    for await (const chunk of await openai.chat.completions.create({ ...long, stream: true })) text += chunk.choices[0]?.delta.content ?? '';
  };
  await expect(streamed()).rejects.toMatchObject({ code: 'answer_timeout' });
  expect(text).not.toBe('');
  expect((await openai.chat.completions.create(short)).choices).toHaveLength(1);
});

test('waiting for one’s turn is no part of an answer’s time', async () => {
  const first = openai.chat.completions.create(long).catch((error: unknown) => error);
  const second = openai.chat.completions.create(short);
  expect((await second).choices).toHaveLength(1);
  expect(await first).toMatchObject({ code: 'answer_timeout' });
});

test('a client that takes nothing of its answer is cut off, and what it asked for behind it is ended', async () => {
  const body = JSON.stringify({ ...long, stream: true });
  const head = (line: string, more = '') => `${line} HTTP/1.1\r\nHost: ${new URL(front.url).host}\r\nAuthorization: Bearer ${front.token}\r\n${more}\r\n`;
  const socket = await open();
  socket.pause();
  socket.write(head('GET /v1/models') + head('POST /v1/chat/completions', `Content-Length: ${String(Buffer.byteLength(body))}\r\n`) + body);
  await until('the client is cut off', () => notices.some((text) => text.includes('took nothing of its answer')), 20_000);
  expect((await openai.chat.completions.create(short)).choices).toHaveLength(1);
  socket.destroy();
});

test('a client that does not end its request gives its place to others', async () => {
  const stalled = Array.from({ length: limits.requests }, () => {
    const request = httpRequest(`${front.url}/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${front.token}`, 'content-length': '1000' } });
    request.on('error', () => undefined);
    request.write('{');
    return request;
  });
  await until('the places are taken', async () => (await statusOf('/models')) === 429, 20_000);
  await until('the places are free', async () => (await statusOf('/models/' + model)) === 200, 20_000);
  for (const request of stalled) request.destroy();
  expect(bugs).toEqual([]);
});

async function open(): Promise<Socket> {
  return await new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(front.url).port), '127.0.0.1', () => resolve(socket)).once('error', reject);
  });
}

async function statusOf(path: string): Promise<number> {
  return (await fetch(`${front.url}${path}`, { headers: { authorization: `Bearer ${front.token}` } })).status;
}
