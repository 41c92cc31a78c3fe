import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { errorBody, writeAnswer } from './answer.ts';
import { chatBodySchema, embeddingsBodySchema, strictSchemaProblem, toolOrderProblem, type ChatBody } from './chatBody.ts';
import { embed, toBase64 } from './embed.ts';
import { fingerprint, replyTo, rulesSchema, seenChat, type ModelScript, type ScriptRule } from './script.ts';

/** One request as it arrived. */
export interface RecordedRequest {
  method: string;
  /** Behind the base URL's `/v1`, such as `/chat/completions`. */
  path: string;
  authorization: string | null;
  /** Null without a body. */
  body: unknown;
  /** The status that was answered; null while it is not. */
  status: number | null;
  /** The client went away before the answer was whole. */
  isAbandoned: boolean;
}

export interface ModelServer {
  /** Base URL for clients, with `/v1`. */
  readonly url: string;
  readonly requests: RecordedRequest[];
  /** The chats among the requests, in order of arrival. */
  chats: () => ChatBody[];
  /** Puts rules before those that are there. */
  use(...rules: ScriptRule[]): void;
  close(): Promise<void>;
}

/**
 * A real HTTP server on loopback that speaks OpenAI's wire format and answers by a script. It stands for a paid
 * provider: tests drive it with the product's own client, never with a stand-in for that client.
 *
 *     const server = await startModelServer({
 *       apiKey: 'sk-test',
 *       rules: [
 *         { when: { schema: 'strategies' }, reply: { json: { strategies: [] } } },
 *         { when: { user: 'weather', toolResult: 'rain' }, reply: { text: 'Take an umbrella.' } },
 *         { when: { user: 'weather' }, reply: { toolCalls: [{ name: 'weather', arguments: { city: 'Rome' } }] } },
 *         { when: { system: 'lineage C', repeat: { below: 4 } }, reply: { status: 500 } },
 *         { when: { user: 'slow' }, reply: { text: 'one two three', trouble: { pieceMs: 20, cutAt: 2 } } },
 *         { reply: (request) => ({ text: `You said: ${request.user}` }) },
 *       ],
 *     });
 *     … new OpenAI({ baseURL: server.url, apiKey: 'sk-test' }) …
 *     await server.close();
 *
 * For another process see modelServerProcess.ts. A chat that no rule answers is a 418 with the request's beginning.
 */
export async function startModelServer(script: ModelScript, port = 0): Promise<ModelServer> {
  const state: State = { script, rules: [...script.rules], requests: [], seen: new Map() };
  const server = createServer((request, response) => {
    void handle(state, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, refusal(500, String(error), 'scripted_server_failed'));
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${String(address.port)}/v1`,
    requests: state.requests,
    chats: () => state.requests.filter(({ path }) => path === '/chat/completions').map(({ body }) => chatBodySchema.parse(body)),
    use: (...rules) => state.rules.unshift(...rules),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface State {
  script: ModelScript;
  rules: ScriptRule[];
  requests: RecordedRequest[];
  /** How often each chat came. */
  seen: Map<string, number>;
}

interface Plain {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0]?.replace(/^\/v1(?=\/)/, '') ?? '/';
  const body: unknown = request.method === 'POST' ? await json(request) : null;
  if (path.startsWith('/_control/')) {
    send(response, control(state, path, body));
    return;
  }
  const record: RecordedRequest = { method: request.method ?? 'GET', path, authorization: request.headers.authorization ?? null, body, status: null, isAbandoned: false };
  state.requests.push(record);
  response.once('close', () => {
    record.status = response.headersSent ? response.statusCode : null;
    record.isAbandoned = !response.writableEnded;
  });
  const answer = await answerTo(state, record, response);
  if (answer !== null) send(response, answer);
}

/** Null where the answer is written already. */
async function answerTo(state: State, { method, path, authorization, body }: RecordedRequest, response: ServerResponse): Promise<Plain | null> {
  const { apiKey, models = ['scripted'] } = state.script;
  if (apiKey !== undefined && authorization !== `Bearer ${apiKey}`) return refusal(401, 'Incorrect API key provided.', 'invalid_api_key');
  if (path === '/chat/completions') return await chat(state, body, response);
  if (path === '/embeddings') return embeddings(body);
  if (path === '/models') return { status: 200, body: JSON.stringify({ object: 'list', data: models.map((id) => modelEntry(state.script, id)) }) };
  const named = models.find((id) => path === `/models/${encodeURIComponent(id)}`);
  if (named !== undefined) return { status: 200, body: JSON.stringify(modelEntry(state.script, named)) };
  return refusal(404, `Invalid URL (${method} ${path})`, null);
}

/** For tests that run the server as a process of its own: what came, and rules to put before the others. */
function control(state: State, path: string, body: unknown): Plain {
  if (path === '/_control/requests') return { status: 200, body: JSON.stringify(state.requests) };
  if (path !== '/_control/rules') return refusal(404, path, null);
  state.rules.unshift(...rulesSchema.parse(body));
  return { status: 200, body: '{}' };
}

async function chat(state: State, raw: unknown, response: ServerResponse): Promise<Plain | null> {
  const parsed = chatBodySchema.safeParse(raw);
  if (!parsed.success) return refusal(400, z.prettifyError(parsed.error), 'invalid_request');
  const body = parsed.data;
  if (!(state.script.models ?? ['scripted']).includes(body.model)) {
    return refusal(404, `The model \`${body.model}\` does not exist or you do not have access to it.`, 'model_not_found');
  }
  const problem = requestProblem(state.script, body);
  if (problem !== null) return refusal(400, problem, null);
  const key = fingerprint(body);
  const repeat = state.seen.get(key) ?? 0;
  state.seen.set(key, repeat + 1);
  const seen = seenChat(body, repeat);
  const reply = replyTo(state.rules, seen);
  if (reply === null) return refusal(418, `No rule of the script answers: ${JSON.stringify(seen.anywhere.slice(0, 300))}`, 'no_rule');
  if ('status' in reply) {
    const headers = reply.retryAfter === undefined ? {} : { 'retry-after': String(reply.retryAfter) };
    return { ...refusal(reply.status, reply.message ?? `Scripted ${String(reply.status)}`, reply.code ?? null), headers };
  }
  await writeAnswer(response, seen, reply);
  return null;
}

function requestProblem({ lacks = [] }: ModelScript, body: ChatBody): string | null {
  const format = body.response_format;
  if (format?.type === 'json_schema' && lacks.includes('json_schema')) return 'This response_format type is unavailable now';
  if (format?.type === 'json_object' && lacks.includes('json_object')) return 'response_format is not supported';
  if (format?.type === 'json_object' && !JSON.stringify(body.messages).toLowerCase().includes('json')) {
    return "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.";
  }
  if (format?.type === 'json_schema' && format.json_schema?.strict === true) {
    const problem = strictSchemaProblem(format.json_schema.schema);
    if (problem !== null) return `Invalid schema for response_format '${format.json_schema.name}': ${problem}`;
  }
  if (body.tools !== undefined && lacks.includes('tools')) return `${body.model} does not support tools`;
  if (typeof body.stream_options === 'object' && lacks.includes('stream_options')) return 'Unrecognized request argument supplied: stream_options';
  if (body.seed !== undefined && lacks.includes('seed')) return 'Unrecognized request argument supplied: seed';
  return toolOrderProblem(body);
}

function embeddings(raw: unknown): Plain {
  const parsed = embeddingsBodySchema.safeParse(raw);
  if (!parsed.success) return refusal(400, z.prettifyError(parsed.error), 'invalid_request');
  const { input, model, encoding_format: encoding } = parsed.data;
  const texts = typeof input === 'string' ? [input] : input;
  const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: encoding === 'base64' ? toBase64(embed(text)) : embed(text) }));
  const tokens = texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0);
  return { status: 200, body: JSON.stringify({ object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } }) };
}

function modelEntry({ contextLength }: ModelScript, id: string): Record<string, unknown> {
  return { id, object: 'model', created: 1_700_000_000, owned_by: 'test', ...(contextLength === undefined ? {} : { max_model_len: contextLength }) };
}

function refusal(status: number, message: string, code: string | null): Plain {
  return { status, body: errorBody(message, code) };
}

function send(response: ServerResponse, { status, body, headers = {} }: Plain): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}
