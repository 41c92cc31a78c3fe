import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startModelServerProcess } from '../../support/modelServer/modelServerProcess.ts';
import { startModelServer, type ModelServer } from '../../support/modelServer/modelServer.ts';
import { until } from '../../support/until.ts';

/** The public client drives the server that other tests stand on. */
let server: ModelServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startModelServer({
    apiKey: 'sk-test',
    rules: [
      { when: { schema: 'colour' }, reply: { json: { colour: 'blue' } } },
      { when: { toolResult: 'rain' }, reply: { text: 'Take an umbrella.' } },
      { when: { user: /weather/i }, reply: { toolCalls: [{ name: 'weather', arguments: { city: 'Rome' } }] } },
      { when: { user: 'busy', repeat: 0 }, reply: { status: 429, retryAfter: 2 } },
      { when: { user: 'stall' }, reply: { text: 'one two three', trouble: { stallAt: 2 } } },
      { when: { user: 'cut' }, reply: { text: 'one two three', trouble: { cutAt: 2 } } },
      { when: { user: 'broken' }, reply: { text: 'one', trouble: { malformedAt: 1 } } },
      { when: { system: 'terse' }, reply: (request) => ({ text: String(request.user.length) }) },
      { when: { user: 'unanswered' }, reply: { status: 418 } },
      { reply: { text: '{{model}} heard: {{user}}' } },
    ],
  });
  client = new OpenAI({ baseURL: server.url, apiKey: 'sk-test', maxRetries: 0 });
});
afterAll(async () => {
  await server.close();
});

const ask = (content: string) => ({ model: 'scripted', messages: [{ role: 'user' as const, content }] });
const weather = { type: 'function' as const, function: { name: 'weather', parameters: {} } };

describe('the scripted model server, by the public client', () => {
  it('answers whole and streamed alike, with usage', async () => {
    const whole = await client.chat.completions.create(ask('hello there'));
    expect(whole.choices[0]?.message.content).toBe('scripted heard: hello there');
    let text = '';
    let usage = null;
    for await (const chunk of await client.chat.completions.create({ ...ask('hello there'), stream: true, stream_options: { include_usage: true } })) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    expect({ text, usage }).toEqual({ text: whole.choices[0]?.message.content, usage: whole.usage });
  });

  it('matches on the schema, on tools and their results, and on the system message', async () => {
    const format = { type: 'json_schema' as const, json_schema: { name: 'colour', schema: { type: 'object' } } };
    const structured = await client.chat.completions.create({ ...ask('sky'), response_format: format });
    expect(structured.choices[0]?.message.content).toBe('{"colour":"blue"}');
    const stream = client.chat.completions.stream({ ...ask('Weather?'), tools: [weather] });
    const call = (await stream.finalMessage()).tool_calls?.[0];
    expect(call).toMatchObject({ type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } });
    const after = await client.chat.completions.create({ ...ask('Weather?'), messages: [...ask('Weather?').messages, { role: 'assistant', tool_calls: [call!] }, { role: 'tool', tool_call_id: call!.id, content: 'rain' }] });
    expect(after.choices[0]?.message.content).toBe('Take an umbrella.');
    const terse = await client.chat.completions.create({ ...ask('four'), messages: [{ role: 'system', content: 'Be terse.' }, ...ask('four').messages] });
    expect(terse.choices[0]?.message.content).toBe('4');
  });

  it('counts repeats of a request apart from other requests', async () => {
    const failure = await client.chat.completions.create(ask('busy')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(APIError);
    expect(failure).toMatchObject({ status: 429 });
    await client.chat.completions.create(ask('other'));
    expect((await client.chat.completions.create(ask('busy'))).choices[0]?.message.content).toContain('busy');
  });

  it('refuses what OpenAI refuses', async () => {
    const strict = { type: 'json_schema' as const, json_schema: { name: 'colour', strict: true, schema: { type: 'object', properties: { a: { type: 'string' } } } } };
    await expect(client.chat.completions.create({ ...ask('sky'), response_format: strict })).rejects.toMatchObject({ status: 400 });
    await expect(client.chat.completions.create({ ...ask('x'), messages: [{ role: 'tool', tool_call_id: 'a', content: 'b' }] })).rejects.toMatchObject({ status: 400 });
    await expect(client.chat.completions.create({ ...ask('x'), model: 'gone' })).rejects.toMatchObject({ status: 404 });
    await expect(new OpenAI({ baseURL: server.url, apiKey: 'no', maxRetries: 0 }).models.list()).rejects.toMatchObject({ status: 401 });
  });

  it('stalls, cuts and breaks a stream where the script says', async () => {
    const read = async (content: string, signal?: AbortSignal) => {
      let text = '';
      try {
        for await (const chunk of await client.chat.completions.create({ ...ask(content), stream: true }, { signal })) text += chunk.choices[0]?.delta.content ?? '';
        return { text, failed: false };
      } catch {
        return { text, failed: true };
      }
    };
    expect(await read('cut')).toEqual({ text: 'one', failed: true });
    expect((await read('broken')).failed).toBe(true);
    const abort = new AbortController();
    const stalled = read('stall', abort.signal);
    await until('the request to arrive', () => server.chats().some(({ messages }) => messages[0]?.content === 'stall'));
    abort.abort();
    await stalled;
    await until('the server to notice', () => server.requests.at(-1)?.isAbandoned);
  });

  it('embeds texts so that shared words bring them near', async () => {
    const { data } = await client.embeddings.create({ model: 'scripted', input: ['the red cat', 'the red cat sleeps', 'quantum field theory'] });
    const [a = [], b = [], c = []] = data.map(({ embedding }) => embedding);
    const dot = (x: number[], y: number[]) => x.reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0);
    expect(dot(a, a)).toBeCloseTo(1);
    expect(dot(a, b)).toBeGreaterThan(dot(a, c));
  });
});

it('runs as a process of its own, from a script in a file', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'camp-script-'));
  const file = path.join(folder, 'script.json');
  writeFileSync(file, JSON.stringify({ models: ['m'], rules: [{ when: { user: '/^HI$/i' }, reply: { text: 'hello' } }] }));
  const running = await startModelServerProcess(file);
  try {
    const other = new OpenAI({ baseURL: running.url, apiKey: 'any', maxRetries: 0 });
    const say = async (content: string) => (await other.chat.completions.create({ ...ask(content), model: 'm' })).choices[0]?.message.content;
    expect(await say('hi')).toBe('hello');
    await running.use({ when: { user: 'bye' }, reply: { text: 'goodbye' } });
    expect(await say('bye')).toBe('goodbye');
    expect(await running.requests()).toHaveLength(2);
  } finally {
    await running.close();
    rmSync(folder, { recursive: true });
  }
});
