import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedModel } from '../support/builtInModel.ts';
import { startServing, type Serving } from '../support/serve.ts';
import { until } from '../support/until.ts';

let folder: string;
let server: Serving;
let url: string;
let token: string;
let openai: OpenAI;
const model = installedModel().id;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'camp-serve-'));
  server = await startServing(folder);
  ({ url, token } = server);
  openai = new OpenAI({ baseURL: url, apiKey: token, maxRetries: 0 });
}, 60_000);

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const ask = { model, messages: [{ role: 'user' as const, content: 'What is the capital of France?' }], max_completion_tokens: 12, temperature: 0 };

describe('the public client of OpenAI drives our server', () => {
  it('lists models and finds one', async () => {
    const ids: string[] = [];
    for await (const one of openai.models.list()) {
      ids.push(one.id);
      expect(one.created).toBeGreaterThan(1e9);
    }
    expect(ids).toContain(model);
    expect((await openai.models.retrieve(model)).id).toBe(model);
  });

  it('gets an answer with its usage, the same as a stream', async () => {
    const whole = await openai.chat.completions.create(ask);
    const text = whole.choices[0]?.message.content ?? '';
    expect(text).not.toBe('');
    expect(whole.usage?.completion_tokens).toBeGreaterThan(0);
    let streamed = '';
    let tokens = 0;
    let finish: string | null = null;
    for await (const chunk of await openai.chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } })) {
      streamed += chunk.choices[0]?.delta.content ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
      tokens = chunk.usage?.completion_tokens ?? tokens;
    }
    expect(streamed).toBe(text);
    expect(tokens).toBe(whole.usage?.completion_tokens);
    expect(finish).toBe(whole.choices[0]?.finish_reason);
  });

  it('holds an answer to a JSON Schema', async () => {
    const schema = { type: 'object', properties: { mood: { enum: ['good', 'bad'] }, points: { type: 'integer', minimum: 1, maximum: 5 } }, required: ['mood', 'points'], additionalProperties: false };
    const { choices } = await openai.chat.completions.create({ ...ask, max_completion_tokens: 40, response_format: { type: 'json_schema', json_schema: { name: 'mood', strict: true, schema } } });
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ mood: expect.stringMatching(/^(good|bad)$/), points: expect.any(Number) });
  });

  it('tells log-probabilities of what it said, and of what else it might have said', async () => {
    const { choices } = await openai.chat.completions.create({ ...ask, max_completion_tokens: 3, logprobs: true, top_logprobs: 2 });
    const content = choices[0]?.logprobs?.content ?? [];
    expect(content.map(({ token: text }) => text).join('')).toBe(choices[0]?.message.content);
    for (const { logprob, top_logprobs } of content) {
      expect(logprob).toBeLessThanOrEqual(0);
      expect(top_logprobs).toHaveLength(2);
    }
  });

  it('stops at a text', async () => {
    const first = (await openai.chat.completions.create(ask)).choices[0]?.message.content ?? '';
    const stop = first.trim().split(/\s+/)[2] ?? '';
    const cut = await openai.chat.completions.create({ ...ask, stop });
    expect(first.startsWith(cut.choices[0]?.message.content ?? '')).toBe(true);
    expect(cut.choices[0]?.message.content).not.toContain(stop);
  });

  it('is told what is wrong as it knows it from OpenAI', async () => {
    await expect(new OpenAI({ baseURL: url, apiKey: 'other', maxRetries: 0 }).models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(openai.chat.completions.create({ ...ask, model: 'none' })).rejects.toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
    await expect(openai.chat.completions.create({ ...ask, temperature: 9 })).rejects.toMatchObject({ status: 400, param: 'temperature' });
    await expect(openai.chat.completions.create({ ...ask, messages: [{ role: 'user', content: 'word '.repeat(20_000) }] })).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' });
    await expect(openai.embeddings.create({ model, input: 'a' })).rejects.toMatchObject({ status: 400, code: 'not_an_embedding_model' });
    await expect(openai.chat.completions.create({ ...ask, messages: [{ role: 'user', content: 'x'.repeat(5_000_000) }] })).rejects.toMatchObject({ status: 413 });
    await expect(openai.chat.completions.create({ ...ask, tool_choice: 'required' })).rejects.toMatchObject({ status: 400, param: 'tool_choice' });
    await expect(openai.chat.completions.create({ ...ask, presence_penalty: 1 })).rejects.toMatchObject({ status: 400, param: 'presence_penalty' });
    await expect(openai.chat.completions.create({ ...ask, tools: [{ type: 'function', function: { name: 'lookup' } }] })).rejects.toMatchObject({ status: 400, code: 'tools_unsupported', param: 'tools' });
    await expect(openai.chat.completions.create({ ...ask, top_logprobs: 2 })).rejects.toMatchObject({ status: 400, param: 'top_logprobs' });
  });

  it('says so where an answer breaks a rule of its schema, streamed or not', async () => {
    const schema = { type: 'string', maxLength: 6, pattern: '^[0-9]{9}$' };
    const strict = { ...ask, response_format: { type: 'json_schema' as const, json_schema: { name: 'code', strict: true, schema } } };
    await expect(openai.chat.completions.create(strict)).rejects.toMatchObject({ status: 422, code: 'schema_not_met', param: 'response_format' });
    const stream = await openai.chat.completions.create({ ...strict, stream: true });
    const read = async () => {
      for await (const chunk of stream) expect(chunk.choices[0]?.finish_reason).toBeNull();
    };
    await expect(read()).rejects.toMatchObject({ code: 'schema_not_met' });
  });

  it('refuses a picture instead of answering without it', async () => {
    const content = [{ type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } }];
    await expect(openai.chat.completions.create({ ...ask, messages: [{ role: 'user', content }] })).rejects.toMatchObject({ status: 400 });
  });

  it('tells no bytes of a token that is part of a character', async () => {
    const { choices } = await openai.chat.completions.create({ ...ask, messages: [{ role: 'user', content: 'Repeat exactly: 日本語 🦊' }], logprobs: true, top_logprobs: 20, max_completion_tokens: 8 });
    const content = choices[0]?.logprobs?.content ?? [];
    const told = content.flatMap(({ top_logprobs }) => top_logprobs);
    for (const { token: text, bytes } of told) expect(bytes).toEqual(text.includes('\ufffd') ? null : [...Buffer.from(text)]);
    expect(told.some(({ bytes }) => bytes === null)).toBe(true);
  });

  it('ends an answer that nobody waits for any more', async () => {
    const abort = new AbortController();
    const stream = await openai.chat.completions.create({ ...ask, max_completion_tokens: 4000, temperature: 1, stream: true, messages: [{ role: 'user', content: 'Tell a very long story.' }] }, { signal: abort.signal });
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content !== '') break;
    }
    abort.abort();
    // The engine answers one at a time: the next answer comes only when the long one was given up.
    await until('the next answer', async () => (await openai.chat.completions.create(ask)).choices.length === 1, 15_000);
  });
});

describe('who is no client is refused', () => {
  const get = async (headers: Record<string, string>): Promise<number> =>
    await new Promise((resolve, reject) => {
      httpRequest(`${url}/models`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .once('error', reject)
        .end();
    });

  it('a page of the web, another host name, and whoever has no key', async () => {
    const authorization = `Bearer ${token}`;
    expect(await get({ authorization })).toBe(200);
    expect(await get({ authorization, origin: 'https://example.com' })).toBe(403);
    expect(await get({ authorization, host: 'example.com' })).toBe(403);
    expect(await get({})).toBe(401);
  });
});
