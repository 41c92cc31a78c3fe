import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { AnswerKeeper, keeperEntry } from '../../../src/backend/providers/keeper/answerKeeper.ts';
import { Keeper } from '../../../src/backend/providers/keeper/keeper.ts';
import { markAsking, readKept } from '../../../src/backend/providers/keeper/keptFile.ts';
import { identify, ownIdentity } from '../../../src/backend/platform/process.ts';
import type { ChatAnswer } from '../../../src/backend/providers/chatModel.ts';
import { modelOf, request } from '../../support/modelServer/client.ts';
import { startModelServer, type ModelServer } from '../../support/modelServer/modelServer.ts';
import type { ScriptRule } from '../../support/modelServer/script.ts';
import { testFolder } from '../../support/testStore.ts';
import { until } from '../../support/until.ts';

let server: ModelServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(...rules: ScriptRule[]): Promise<string> {
  server = await startModelServer({ rules });
  return server.url;
}

function keeper(folder = testFolder(), entry = keeperEntry()): { keeper: AnswerKeeper; folder: string; notices: string[] } {
  const notices: string[] = [];
  const made = new AnswerKeeper({ folder, entry, env: process.env, notify: (text) => void notices.push(text) });
  onTestFinished(() => made.dispose());
  return { keeper: made, folder, notices };
}

async function ask(keeping: AnswerKeeper, url: string, options: { name?: string; signal?: AbortSignal; onText?: (text: string) => void } = {}): Promise<ChatAnswer> {
  const call = keeping.call(options.name ?? 'call');
  return await modelOf(url).chat(request('hello'), { signal: options.signal ?? new AbortController().signal, onText: options.onText ?? (() => undefined), fetch: call.fetch });
}

it('streams an answer as it comes', async () => {
  const url = await serve({ reply: { text: 'one two three', trouble: { pieceMs: 2 } } });
  const pieces: string[] = [];
  const answer = await ask(keeper().keeper, url, { onText: (text) => void pieces.push(text) });
  expect(answer).toMatchObject({ text: 'one two three', model: 'scripted' });
  expect(pieces.length).toBeGreaterThan(1);
});

it('writes who is asking and no answer while its parent lives, readable by the owner alone, and nothing after the call is settled', async () => {
  const url = await serve({ reply: { text: 'one two' } });
  const { keeper: keeping, folder } = keeper();
  await ask(keeping, url);
  const file = path.join(folder, 'call.json');
  expect(readKept(file)?.state).toBe('asking');
  expect(readFileSync(file, 'utf8')).not.toContain('sk-test');
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  keeping.call('call').settle();
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  ['a refused key', { status: 401 }, 'provider_key_refused'],
  ['an unknown model', { status: 404 }, 'model_not_found'],
  ['a server that is busy for good', { status: 429, retryAfter: 0 }, 'provider_busy'],
  ['a server that fails', { status: 500 }, 'provider_failed'],
  ['a stream that is cut', { text: 'one two three', trouble: { cutAt: 1 } }, 'answer_cut'],
] satisfies [string, ScriptRule['reply'], string][])('tells of %s as without it', async (_what, reply, code) => {
  const url = await serve({ reply });
  await expect(ask(keeper().keeper, url)).rejects.toMatchObject({ code });
});

it('tells of a server that is not there', async () => {
  await expect(ask(keeper().keeper, 'http://127.0.0.1:9/v1')).rejects.toMatchObject({ code: 'provider_unreachable' });
});

it('stops the request when the call is aborted', async () => {
  const url = await serve({ reply: { text: 'one two three', trouble: { stallAt: 1 } } });
  const abort = new AbortController();
  const asked = ask(keeper().keeper, url, { signal: abort.signal });
  void until('it is asked', () => server?.requests.length === 1).then(() => abort.abort(new Error('enough')));
  await expect(asked).rejects.toThrow('enough');
  await until('the server is left alone', () => server?.requests[0]?.isAbandoned === true);
});

it('finishes what is under way when its parent leaves, and the next process neither asks again nor pays again', async () => {
  const url = await serve({ reply: { text: 'one two three four', trouble: { pieceMs: 20 } } });
  const first = keeper();
  const left = new Promise<void>((resolve) => {
    void ask(first.keeper, url, { onText: () => resolve() }).catch(() => undefined);
  });
  await left;
  first.keeper.dispose();
  const next = keeper(first.folder);
  expect(await ask(next.keeper, url)).toMatchObject({ text: 'one two three four' });
  expect(server?.chats()).toHaveLength(1);
  next.keeper.call('call').settle();
  expect(readdirSync(first.folder)).toEqual([]);
});

it('keeps what was answered and not settled', async () => {
  const url = await serve({ reply: { text: 'paid for' } });
  const first = keeper();
  await ask(first.keeper, url, { name: 'kept' });
  await ask(first.keeper, url, { name: 'stored' });
  first.keeper.call('stored').settle();
  first.keeper.dispose();
  await until('the answer is kept', () => readKept(path.join(first.folder, 'kept.json'))?.state === 'answered');
  expect(readdirSync(first.folder)).toEqual(['kept.json']);
});

it('asks again where a kept answer is of no use', async () => {
  const url = await serve({ when: { repeat: 0 }, reply: { text: 'x', trouble: { malformedAt: 0 } } }, { reply: { text: 'good' } });
  const { keeper: keeping, folder } = keeper();
  await ask(keeping, url).catch(() => undefined);
  keeping.dispose();
  await until('the answer is kept', () => readKept(path.join(folder, 'call.json'))?.state === 'answered');
  const next = keeper(folder).keeper;
  await ask(next, url).catch(() => undefined);
  next.call('call').settle();
  expect(await ask(next, url)).toMatchObject({ text: 'good' });
});

it('asks where whoever was asking is dead', async () => {
  const url = await serve({ reply: { text: 'good' } });
  const { keeper: keeping, folder } = keeper();
  markAsking(path.join(folder, 'call.json'), { ...ownIdentity(), startTime: 'long ago' });
  expect(await ask(keeping, url)).toMatchObject({ text: 'good' });
});

it('is not waited for by who was cancelled', async () => {
  const { keeper: keeping, folder } = keeper();
  markAsking(path.join(folder, 'call.json'), identify(process.ppid) ?? ownIdentity());
  await expect(ask(keeping, await serve({ reply: { text: 'x' } }), { signal: AbortSignal.timeout(1) })).rejects.toMatchObject({ name: 'TimeoutError' });
});

it('lets calls be made without it where it can’t be started, and says so once', async () => {
  const url = await serve({ reply: { text: 'direct' } });
  const { keeper: keeping, notices, folder } = keeper(testFolder(), path.join(testFolder(), 'missing.mjs'));
  expect(await ask(keeping, url, { name: 'a' })).toMatchObject({ text: 'direct' });
  expect(await ask(keeping, url, { name: 'b' })).toMatchObject({ text: 'direct' });
  expect(notices).toHaveLength(1);
  expect(readdirSync(folder)).toEqual([]);
});

it('ends when it is alone and has nothing to do', () => {
  let isDone = false;
  new Keeper({ reply: () => undefined, onDone: () => (isDone = true) }).goOnAlone();
  expect(isDone).toBe(true);
});
