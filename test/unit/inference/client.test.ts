import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { InferenceClient } from '../../../src/backend/inference/client.ts';

/** Speaks the host's protocol without a model, so that the client's own behaviour is what is tested. */
const host = `
process.once('disconnect', () => process.exit(0));
const answers = { rssBytes: 1, models: [String(process.pid)], contexts: [], loads: 0, hits: 0, evictions: 0 };
process.on('message', (m) => {
  if (m.method === 'stats') process.send({ kind: 'result', id: m.id, value: answers });
  if (m.method === 'load') process.send({ kind: 'error', id: m.id, code: 'model_load_failed', message: 'no', hint: 'try' });
  if (m.method === 'tokenize') process.exit(7);
  if (m.method === 'render') process.send({ nonsense: true });
  if (m.method === 'chat') process.send({ kind: 'text', id: m.id, text: 'partial' });
  if (m.method === 'abort') process.send({ kind: 'error', id: m.id, code: 'aborted', message: 'aborted', hint: null });
});
process.send({ kind: 'ready' });
`;

const idleMs = 600_000;

let folder: string;
let client: InferenceClient;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'inference-client-'));
  const entry = path.join(folder, 'host.mjs');
  writeFileSync(entry, host);
  client = new InferenceClient({ entry, env: process.env, idleMs });
});

afterEach(() => {
  client.dispose();
  rmSync(folder, { recursive: true });
});

const chat = { modelPath: 'm', adapterPath: null, messages: [{ role: 'user' as const, content: 'hi' }] };

test('keeps one host for many requests', async () => {
  const [first] = (await client.stats()).models;
  expect((await client.stats()).models).toEqual([first]);
});

test('an error of the host keeps its code and hint', async () => {
  await expect(client.load('m')).rejects.toMatchObject({ code: 'model_load_failed', hint: 'try' });
});

test('a host that dies fails its requests with advice, and the next request starts another', async () => {
  const [first] = (await client.stats()).models;
  await expect(client.tokenize('m', ['a'])).rejects.toMatchObject({ code: 'inference_host_ended', hint: expect.stringContaining('starts it again') });
  expect((await client.stats()).models).not.toEqual([first]);
});

test('a message that is none ends the request instead of leaving it to wait', async () => {
  await expect(client.render({ modelPath: 'm', chats: [] })).rejects.toMatchObject({ code: 'inference_bad_message' });
});

test('an abort ends the request at once with the reason given', async () => {
  const abort = new AbortController();
  const reason = new Error('enough');
  const answer = client.chat(chat, { signal: abort.signal, onText: () => abort.abort(reason) });
  await expect(answer).rejects.toBe(reason);
  expect((await client.stats()).rssBytes).toBe(1);
});

test('requests that end together leave no timer behind that ends a later one', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const both = new AbortController();
    const ended = Promise.allSettled([1, 2].map(async () => await client.chat(chat, { signal: both.signal, onText: () => both.abort() })));
    await ended;
    const abort = new AbortController();
    const reason = new Error('enough');
    const answer = client.chat(chat, {
      signal: abort.signal,
      onText: () => {
        vi.advanceTimersByTime(2 * idleMs);
        abort.abort(reason);
      },
    });
    await expect(answer).rejects.toBe(reason);
  } finally {
    vi.useRealTimers();
  }
});

test('a request that is aborted before it starts is never sent', async () => {
  await expect(client.chat(chat, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  expect(client.pid).toBeUndefined();
});
