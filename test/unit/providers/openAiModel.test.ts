import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ChatAnswer, ChatModel, ChatRequest } from '../../../src/backend/providers/chatModel.ts';
import { answerStructured } from '../../../src/backend/providers/structured.ts';
import { endpointOf, modelOf, request } from '../../support/modelServer/client.ts';
import { startModelServer, type ModelServer } from '../../support/modelServer/modelServer.ts';
import type { ModelScript, ScriptRule } from '../../support/modelServer/script.ts';
import { until } from '../../support/until.ts';

let server: ModelServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(rules: ScriptRule[], script: Partial<ModelScript> = {}): Promise<ModelServer> {
  server = await startModelServer({ apiKey: 'sk-test-0123456789', ...script, rules });
  return server;
}

async function ask(model: ChatModel, what: ChatRequest, signal = new AbortController().signal): Promise<ChatAnswer & { shown: string }> {
  let shown = '';
  const answer = await model.chat(what, { signal, onText: (text) => void (shown += text) });
  return { ...answer, shown };
}

async function errorOf(work: Promise<unknown>): Promise<{ code: string; text: string }> {
  const error: unknown = await work.then(() => 'no error', (caught: unknown) => caught);
  const parsed = z.object({ code: z.string(), message: z.string(), hint: z.string().optional(), details: z.unknown() }).parse(error);
  return { code: parsed.code, text: JSON.stringify([parsed.message, parsed.hint, parsed.details]) };
}

const colour = { name: 'colour', schema: { type: 'object', properties: { colour: { type: 'string', minLength: 1 } }, required: ['colour'] } };
const sampling = request('').sampling;

describe('an answer', () => {
  it('is streamed, with tokens and their cost', async () => {
    const { url } = await serve([{ reply: { text: 'one two three', usage: { promptTokens: 1_000_000, completionTokens: 500_000 } } }]);
    const answer = await ask(modelOf(url), request('count'));
    expect(answer).toMatchObject({ text: 'one two three', shown: 'one two three', stop: 'stop', model: 'scripted', costUsd: 2, usage: { promptTokens: 1_000_000, completionTokens: 500_000 } });
  });

  it('has no cost where the price or the tokens are not known', async () => {
    const { url } = await serve([{ when: { user: 'silent' }, reply: { text: 'x', usage: null } }, { reply: { text: 'x' } }]);
    expect((await ask(modelOf(url), request('silent'))).costUsd).toBeNull();
    expect((await ask(modelOf(url, { price: null }), request('hi'))).costUsd).toBeNull();
  });

  it('says that it was cut at its longest length', async () => {
    const { url } = await serve([{ reply: { text: 'one', finish: 'length' } }]);
    expect((await ask(modelOf(url), request('x'))).stop).toBe('length');
  });

  it('carries calls of tools, and takes their results back', async () => {
    const { url, chats } = await serve([{ when: { toolResult: 'rain' }, reply: { text: 'umbrella' } }, { reply: { toolCalls: [{ name: 'weather', arguments: { city: 'Rome', days: [1, 2] } }] } }]);
    const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: { type: 'object' } } }];
    const model = modelOf(url);
    const first = await ask(model, request('weather?', { tools }));
    expect(first).toMatchObject({ stop: 'toolCalls', text: '', toolCalls: [{ type: 'function', function: { name: 'weather', arguments: { city: 'Rome', days: [1, 2] } } }] });
    const [call] = first.toolCalls;
    const messages: ChatRequest['messages'] = [{ role: 'user', content: 'weather?' }, { role: 'assistant', content: '', tool_calls: first.toolCalls }, { role: 'tool', content: 'rain', tool_call_id: call?.id ?? '' }];
    expect((await ask(model, request('', { tools, messages }))).text).toBe('umbrella');
    const withoutIds: ChatRequest['messages'] = [{ role: 'user', content: 'weather?' }, { role: 'assistant', content: null, tool_calls: [{ type: 'function', function: { name: 'weather', arguments: {} } }] }, { role: 'tool', content: 'rain' }];
    expect((await ask(model, request('', { tools, messages: withoutIds }))).text).toBe('umbrella');
    expect(chats()).toHaveLength(3);
  });

  it('is one and the same for a request whatever the environment says', async () => {
    const { url, requests } = await serve([{ reply: { text: 'x' } }]);
    const before = { ...process.env };
    Object.assign(process.env, { OPENAI_BASE_URL: 'http://127.0.0.1:9', OPENAI_API_KEY: 'sk-other', OPENAI_ORG_ID: 'org', OPENAI_CUSTOM_HEADERS: 'authorization: Bearer other' });
    try {
      await ask(modelOf(url), request('x'));
    } finally {
      process.env = before;
    }
    expect(requests.map(({ authorization }) => authorization)).toEqual(['Bearer sk-test-0123456789']);
  });
});

describe('a structured answer', () => {
  const schema = z.object({ colour: z.string().min(1), shade: z.string().optional() });
  const strict = z.object({ colour: z.string().min(1) });
  const rules: ScriptRule[] = [{ reply: { json: { colour: 'blue' } } }];
  const structured = async (url: string, form: z.ZodType<{ colour: string }>) => await answerStructured(modelOf(url), { messages: [{ role: 'user', content: 'sky' }], name: 'colour', schema: form, sampling }, { signal: new AbortController().signal, onText: () => undefined });

  it('is asked for strictly where the schema allows that, and as it is elsewhere', async () => {
    const { url, chats } = await serve(rules);
    expect((await structured(url, strict)).value).toEqual({ colour: 'blue' });
    expect((await structured(url, schema)).value).toEqual({ colour: 'blue' });
    expect(chats().map((chat) => chat.response_format?.json_schema?.strict)).toEqual([true, false]);
  });

  it('falls back to JSON without a schema, then to asking, and remembers it', async () => {
    const { url, chats } = await serve([{ when: { anywhere: 'JSON Schema' }, reply: { json: { colour: 'blue' } } }], { lacks: ['json_schema', 'json_object'] });
    const model = modelOf(url);
    expect((await ask(model, request('sky', { responseSchema: colour }))).text).toBe('{"colour":"blue"}');
    expect((await ask(model, request('sea', { responseSchema: colour }))).text).toBe('{"colour":"blue"}');
    expect(chats().map((chat) => chat.response_format?.type)).toEqual(['json_schema', 'json_object', undefined, undefined]);
  });

  it('is repaired once', async () => {
    const { url } = await serve([{ when: { user: 'can’t be used' }, reply: { text: '```json\n{"colour": "red"}\n```' } }, { reply: { text: 'Red, I think.' } }]);
    expect(await structured(url, strict)).toMatchObject({ value: { colour: 'red' }, answers: [{ text: 'Red, I think.' }, {}] });
  });
});

describe('a server that fails', () => {
  it('is asked again after the pause that it asks for', async () => {
    const { url, requests } = await serve([{ when: { repeat: 0 }, reply: { status: 429, retryAfter: 0.05 } }, { when: { repeat: 1 }, reply: { status: 503 } }, { reply: { text: 'there' } }]);
    expect((await ask(modelOf(url), request('x'))).text).toBe('there');
    expect(requests.map(({ status }) => status)).toEqual([429, 503, 200]);
  });

  it('is not waited for longer than a person would', async () => {
    const { url, requests } = await serve([{ reply: { status: 429, retryAfter: 3600 } }]);
    expect((await errorOf(ask(modelOf(url), request('x')))).code).toBe('provider_busy');
    expect(requests).toHaveLength(1);
  });

  it('is given up after the retries', async () => {
    const { url, requests } = await serve([{ reply: { status: 500 } }]);
    expect((await errorOf(ask(modelOf(url), request('x')))).code).toBe('provider_failed');
    expect(requests).toHaveLength(3);
  });

  it('is asked again where its answer broke before anything was shown, and not after', async () => {
    const { url, requests } = await serve([
      { when: { user: 'early', repeat: 0 }, reply: { text: 'x', trouble: { cutAt: 1 } } },
      { when: { user: 'late' }, reply: { text: 'one two three', trouble: { cutAt: 2 } } },
      { reply: { text: 'whole' } },
    ]);
    expect((await ask(modelOf(url), request('early'))).text).toBe('whole');
    expect((await errorOf(ask(modelOf(url), request('late')))).code).toBe('answer_cut');
    expect(requests).toHaveLength(3);
  });

  it('is told apart: key, model, address, quota, form', async () => {
    const { url } = await serve([{ when: { user: 'broken' }, reply: { text: 'one two', trouble: { malformedAt: 1 } } }, { when: { user: 'poor' }, reply: { status: 429, code: 'insufficient_quota' } }, { when: { user: 'long' }, reply: { status: 400, code: 'context_length_exceeded' } }]);
    const codes = await Promise.all([
      errorOf(ask(modelOf(url, { key: 'sk-wrong-9876543210' }), request('x'))),
      errorOf(ask(modelOf(url, { model: 'gone' }), request('x'))),
      errorOf(ask(modelOf(url), request('broken'))),
      errorOf(ask(modelOf(url), request('poor'))),
      errorOf(ask(modelOf(url), request('long'))),
      errorOf(ask(modelOf('http://127.0.0.1:9/v1'), request('x'))),
    ]);
    expect(codes.map(({ code }) => code)).toEqual(['provider_key_refused', 'model_not_found', 'provider_bad_answer', 'provider_quota', 'context_overflow', 'provider_unreachable']);
    expect(JSON.stringify(codes)).not.toMatch(/sk-wrong|9876543210/);
  });

  it('is quoted only where it quotes nothing that was sent', async () => {
    const secret = 'my private sample text';
    const { url } = await serve([{ when: { user: 'private' }, reply: { status: 400, message: `Bad input: ${secret}` } }, { when: { user: 'key' }, reply: { status: 400, message: 'key sk-test-0123456789' } }, { reply: { status: 400, message: 'max_tokens is too large' } }]);
    const texts = [await errorOf(ask(modelOf(url), request(secret))), await errorOf(ask(modelOf(url), request('key'))), await errorOf(ask(modelOf(url), request('other')))].map(({ text }) => text);
    expect(texts[0]).not.toContain('private');
    expect(texts[1]).not.toContain('sk-test');
    expect(texts[2]).toContain('max_tokens is too large');
  });

  it('times out before the first piece and between pieces', async () => {
    const { url } = await serve([{ when: { user: 'mute' }, reply: { text: 'x', trouble: { stallAt: 0 } } }, { reply: { text: 'one two three', trouble: { stallAt: 2 } } }]);
    const timeouts = { firstPieceMs: 100, betweenPiecesMs: 100, wholeMs: 10_000 };
    expect((await errorOf(ask(modelOf(url, { timeouts }), request('mute')))).code).toBe('provider_timeout');
    expect((await errorOf(ask(modelOf(url, { timeouts }), request('x')))).code).toBe('provider_timeout');
  });

  it('that lacks parameters is asked without them', async () => {
    const { url } = await serve([{ reply: { text: 'fine' } }], { lacks: ['stream_options', 'seed'] });
    expect((await ask(modelOf(url), request('x', { sampling: { ...sampling, seed: 7 } }))).text).toBe('fine');
  });
});

it('ends with the caller’s reason when it is aborted, and the server is let go', async () => {
  const { requests, url } = await serve([{ reply: { text: 'one two three', trouble: { stallAt: 2 } } }]);
  const abort = new AbortController();
  const reason = new Error('enough');
  const answering = modelOf(url).chat(request('x'), { signal: abort.signal, onText: () => abort.abort(reason) });
  await expect(answering).rejects.toBe(reason);
  await until('the server to notice', () => requests[0]?.isAbandoned);
});

it('does not follow a redirection, and tells a web page from an answer', async () => {
  const { url, requests } = await serve([{ reply: { text: 'x' } }]);
  const other = createServer((incoming, response) => {
    if (incoming.url?.startsWith('/page') === true) response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    else response.writeHead(307, { location: `${url}/chat/completions` }).end();
  });
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const base = `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`;
  try {
    expect((await errorOf(ask(modelOf(`${base}/v1`), request('x')))).code).toBe('provider_unreachable');
    expect((await errorOf(ask(modelOf(`${base}/page`), request('x')))).code).toBe('provider_bad_answer');
    expect(requests).toHaveLength(0);
  } finally {
    other.close();
  }
});

it('asks without a schema where a server fails over it', async () => {
  const message = "1 validation error: {'loc': ('body', 'response_format', 'type'), 'msg': \"Input should be 'text' or 'json_object'\"}";
  const { url, chats } = await serve([{ when: { schema: 'colour' }, reply: { status: 500, message } }, { reply: { text: '{"colour":"red"}' } }]);
  expect((await ask(modelOf(url), request('x', { responseSchema: colour }))).text).toBe('{"colour":"red"}');
  expect(chats()).toHaveLength(2);
});

describe('a refusal that names nothing', () => {
  const structured = request('x', { responseSchema: colour });
  const formats = (chats: Awaited<ReturnType<typeof serve>>['chats']) => chats().map((chat) => chat.response_format?.type);

  it('of one prompt takes no schema from the next', async () => {
    const { url, chats } = await serve([{ when: { user: 'long' }, reply: { status: 400, message: 'The prompt has too many tokens.' } }, { reply: { json: { colour: 'red' } } }]);
    const model = modelOf(url);
    expect((await errorOf(ask(model, request('long', { responseSchema: colour })))).code).toBe('provider_refused');
    const before = chats().length;
    expect((await ask(model, structured)).text).toBe('{"colour":"red"}');
    expect(formats(chats).slice(before)).toEqual(['json_schema']);
    expect(chats().at(-1)?.stream_options).toBeDefined();
  });

  it('of another part of the request takes no schema from the next', async () => {
    const { url, chats } = await serve([{ reply: { json: { colour: 'red' } } }], { lacks: ['stream_options'] });
    const model = modelOf(url);
    await ask(model, structured);
    const before = chats().length;
    await ask(model, structured);
    expect(formats(chats).slice(before)).toEqual(['json_schema']);
  });

  it('of two parts is found out in two calls', async () => {
    const { url, chats } = await serve([{ reply: { json: { colour: 'red' } } }], { lacks: ['json_schema', 'stream_options'] });
    const model = modelOf(url);
    await ask(model, structured);
    await ask(model, structured);
    const before = chats().length;
    await ask(model, structured);
    expect(formats(chats).slice(before)).toEqual(['json_object']);
  });

  it('is found out once by calls at the same time', async () => {
    const { url, chats } = await serve([{ reply: { json: { colour: 'red' } } }], { lacks: ['json_schema'] });
    const model = modelOf(url);
    await Promise.all([1, 2, 3].map(async () => await ask(model, structured)));
    const before = chats().length;
    await ask(model, structured);
    expect(formats(chats).slice(before)).toEqual(['json_object']);
  });
});

it('finds out what a model can do by asking it', async () => {
  const { url, requests } = await serve([{ when: { schema: 'greeting' }, reply: { json: { greeting: 'hello' } } }, { when: { user: 'Call the tool' }, reply: { toolCalls: [{ name: 'greet', arguments: { name: 'Ada' } }] } }, { reply: { text: 'hi' } }]);
  const model = modelOf(url);
  const { signal } = new AbortController();
  const expected = { structuredOutput: 'enforced', hasTools: true, hasLogprobs: false, contextLength: null };
  expect(await model.capabilities(signal)).toEqual(expected);
  const { length } = requests;
  expect(await model.capabilities(signal)).toEqual(expected);
  expect(requests).toHaveLength(length);
  await server?.close();
  const weak = await serve([{ reply: { text: 'hi' } }], { lacks: ['json_schema', 'tools'] });
  expect(await modelOf(weak.url).capabilities(signal)).toMatchObject({ structuredOutput: 'asked', hasTools: false });
});

it('refuses plain HTTP beyond this machine, and credentials in an address', () => {
  expect(() => endpointOf('http://example.com/v1')).toThrow(/plain HTTP/);
  expect(endpointOf('http://example.com/v1', { allowsHttp: true }).isLoopback).toBe(false);
  expect(endpointOf('http://[::1]:1234/v1').isLoopback).toBe(true);
  expect(() => endpointOf('https://user:secret@example.com/v1')).toThrow(/user, password/);
  expect(() => endpointOf('http://127.0.0.1.example.com/v1')).toThrow(/plain HTTP/);
  expect(() => endpointOf('file:///etc/passwd')).toThrow(/no http/);
});
