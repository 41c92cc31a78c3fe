import { randomBytes, randomInt } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ChatResult } from '../../../protocol/inference.ts';
import type { Clock } from '../../platform/clock.ts';
import { listenOnLoopback } from '../../platform/loopbackServer.ts';
import type { InferenceClient } from '../client.ts';
import { readBody } from './body.ts';
import { completionObject, firstChunk, lastChunk, textChunk, usageChunk, type AnswerHead } from './chatAnswer.ts';
import { chatBodySchema, toChatParams, type ChatBody } from './chatRequest.ts';
import { requireAllowed } from './guard.ts';
import { errorBody, HttpProblem, toProblem } from './problem.ts';

/** A model as clients name it: a base, or a base with an adapter. */
export interface ServedModel {
  id: string;
  modelPath: string;
  adapterPath: string | null;
}

export interface FrontInit {
  client: InferenceClient;
  /** Asked at each request: adapters come and go. */
  models: () => ServedModel[];
  clock: Clock;
  /** 0 is any free port. */
  port: number;
  onBug: (error: unknown) => void;
}

export interface Front {
  /** As clients take it, ending in /v1. */
  url: string;
  /** What clients send as their API key. Made anew at each start. */
  token: string;
  close(): Promise<void>;
}

/** The engine answers one at a time: more than this wait too long to be worth waiting for. */
const mostRequests = 32;
const retryAfterSeconds = 5;

/** The inference host as an OpenAI-compatible server on this machine alone. */
export async function startFront(init: FrontInit): Promise<Front> {
  const token = randomBytes(24).toString('base64url');
  let underWay = 0;
  const server = await listenOnLoopback(init.port, (request, response) => {
    underWay += 1;
    const isTooMany = underWay > mostRequests;
    const answering = async () => {
      requireAllowed(request, { port: server.port, token });
      if (isTooMany) throw new HttpProblem(429, 'too_many_requests', `${String(mostRequests)} requests are under way already.`);
      await route(init, request, response);
    };
    answering()
      .catch((error: unknown) => refuse(init, response, error))
      .finally(() => {
        underWay -= 1;
      });
  });
  return { url: `http://127.0.0.1:${String(server.port)}/v1`, token, close: async () => await server.close() };
}

async function route(init: FrontInit, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  if (path === '/v1/models') {
    requireMethod(request, 'GET');
    sendJson(response, 200, { object: 'list', data: init.models().map(modelObject) });
    return;
  }
  if (path.startsWith('/v1/models/')) {
    requireMethod(request, 'GET');
    sendJson(response, 200, modelObject(findModel(init, decode(path.slice('/v1/models/'.length)))));
    return;
  }
  if (path === '/v1/chat/completions') {
    requireMethod(request, 'POST');
    await chat(init, await readBody(request, chatBodySchema), response);
    return;
  }
  if (path === '/v1/embeddings') {
    requireMethod(request, 'POST');
    await embeddings(init, await readBody(request, embeddingBodySchema), response);
    return;
  }
  throw new HttpProblem(404, 'unknown_url', `There is no ${request.method ?? ''} ${path}.`);
}

async function chat(init: FrontInit, body: ChatBody, response: ServerResponse): Promise<void> {
  const params = toChatParams(body, findModel(init, body.model), randomInt(2 ** 31));
  const signal = abortedWhenGone(response);
  const head: AnswerHead = { id: `chatcmpl-${randomBytes(12).toString('hex')}`, created: Math.floor(init.clock.now().getTime() / 1000), model: body.model };
  const ask = async (onText: (text: string) => void): Promise<ChatResult> => await init.client.chat(params, { signal, onText });
  if (body.stream !== true) {
    const whole = await ask(() => undefined);
    requireSchemaMet(whole);
    sendJson(response, 200, completionObject(head, whole));
    return;
  }
  // The first piece opens the stream, so that what fails before it is an answer with a status of its own.
  let isOpen = false;
  const open = () => {
    if (isOpen) return;
    isOpen = true;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
    sendEvent(response, firstChunk(head));
  };
  const result = await ask((text) => {
    open();
    sendEvent(response, textChunk(head, text));
  });
  requireSchemaMet(result);
  open();
  sendEvent(response, lastChunk(head, result));
  if (body.stream_options?.include_usage === true) sendEvent(response, usageChunk(head, result));
  response.end('data: [DONE]\n\n');
}

/** A client that asked for a schema takes an answer at its word. 422 is not asked again by itself, which would not help. */
function requireSchemaMet({ schemaProblems }: ChatResult): void {
  if (schemaProblems.length > 0) throw new HttpProblem(422, 'schema_not_met', `The answer breaks a rule of the schema that no grammar holds: ${schemaProblems.join('; ')}`, 'response_format');
}

const embeddingBodySchema = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2048)]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
});

async function embeddings(init: FrontInit, body: z.output<typeof embeddingBodySchema>, response: ServerResponse): Promise<void> {
  const { modelPath } = findModel(init, body.model);
  const { vectors, tokens } = await init.client.embed({ modelPath, texts: [body.input].flat() }, { signal: abortedWhenGone(response) });
  const write = (vector: number[]) => (body.encoding_format === 'base64' ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector);
  sendJson(response, 200, { object: 'list', model: body.model, data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: write(vector) })), usage: { prompt_tokens: tokens, total_tokens: tokens } });
}

function findModel({ models }: FrontInit, id: string): ServedModel {
  const found = models().find((model) => model.id === id);
  if (found !== undefined) return found;
  throw new HttpProblem(404, 'model_not_found', `There is no model “${id}” here. GET /v1/models lists those that are.`, 'model');
}

function modelObject({ id }: ServedModel) {
  return { id, object: 'model', created: 0, owned_by: 'training-camp' };
}

function requireMethod(request: IncomingMessage, method: string): void {
  if (request.method !== method) throw new HttpProblem(405, 'method_not_allowed', `This takes ${method}.`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A client that goes away needs no answer any more. */
function abortedWhenGone(response: ServerResponse): AbortSignal {
  const abort = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) abort.abort();
  });
  return abort.signal;
}

function refuse({ onBug }: FrontInit, response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  const problem = toProblem(error);
  if (problem.code === 'internal') onBug(error);
  if (response.headersSent) {
    // A stream that began can only say it as its last piece.
    sendEvent(response, errorBody(problem));
    response.end();
    return;
  }
  sendJson(response, problem.status, errorBody(problem), problem.status === 429 ? { 'retry-after': String(retryAfterSeconds) } : { connection: problem.status === 413 ? 'close' : 'keep-alive' });
}

function sendJson(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers });
  response.end(JSON.stringify(value));
}

function sendEvent(response: ServerResponse, value: unknown): void {
  response.write(`data: ${JSON.stringify(value)}\n\n`);
}
