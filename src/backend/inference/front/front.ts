import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../platform/clock.ts';
import { listenOnLoopback } from '../../platform/loopbackServer.ts';
import type { InferenceClient } from '../client.ts';
import { readBody } from './body.ts';
import { answerChat } from './chat.ts';
import { chatBodySchema } from './chatRequest.ts';
import { embeddingBodySchema, embeddingList } from './embeddings.ts';
import { takeTurn } from './engineTurn.ts';
import { requireAllowed } from './guard.ts';
import { HttpProblem, toProblem } from './problem.ts';
import { sendJson, sendProblem } from './reply.ts';
import { findModel, modelObject, type ServedModel } from './servedModel.ts';

export interface FrontLimits {
  /** The engine answers one at a time: more than these wait too long to be worth waiting for. */
  requests: number;
  /** Of one answer, from when its turn came. */
  answerMs: number;
  /** A client that sends nothing of its request, or takes nothing of its answer, for this long is cut off. */
  stallMs: number;
}

export const usualLimits: FrontLimits = { requests: 32, answerMs: 600_000, stallMs: 60_000 };

export interface FrontInit {
  client: InferenceClient;
  /** Asked at each request: adapters come and go. */
  models: () => ServedModel[];
  clock: Clock;
  /** 0 is any free port. */
  port: number;
  limits: FrontLimits;
  onBug: (error: unknown) => void;
  /** What whoever runs the server should know. */
  onNotice: (text: string) => void;
}

export interface Front {
  /** As clients take it, ending in /v1. */
  url: string;
  /** What clients send as their API key. Made anew at each start. */
  token: string;
  close(): Promise<void>;
}

/** The inference host as an OpenAI-compatible server on this machine alone. */
export async function startFront(init: FrontInit): Promise<Front> {
  const { limits, onBug, onNotice } = init;
  const token = randomBytes(24).toString('base64url');
  let underWay = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requireAllowed(request, { port: server.port, token });
    if (underWay >= limits.requests) throw new HttpProblem(429, 'too_many_requests', `${String(limits.requests)} requests are under way already.`);
    underWay += 1;
    try {
      await route(init, request, response);
    } finally {
      underWay -= 1;
    }
  };
  const server = await listenOnLoopback({
    port: init.port,
    stallMs: limits.stallMs,
    onStalled: () => onNotice(`A client took nothing of its answer for ${String(limits.stallMs / 1000)} seconds: its connection was ended.`),
    onRequest: (request, response) => {
      answer(request, response).catch((error: unknown) => {
        const problem = toProblem(error);
        if (problem.code === 'internal') onBug(error);
        sendProblem(response, problem);
      });
    },
  });
  return { url: `http://127.0.0.1:${String(server.port)}/v1`, token, close: async () => await server.close() };
}

async function route(init: FrontInit, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { client, clock, limits } = init;
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  if (path === '/v1/models') {
    requireMethod(request, 'GET');
    sendJson(response, 200, { object: 'list', data: init.models().map(modelObject) });
    return;
  }
  if (path.startsWith('/v1/models/')) {
    requireMethod(request, 'GET');
    sendJson(response, 200, modelObject(findModel(init.models(), decode(path.slice('/v1/models/'.length)))));
    return;
  }
  if (path === '/v1/chat/completions') {
    requireMethod(request, 'POST');
    const body = await readBody(request, chatBodySchema);
    const model = findModel(init.models(), body.model);
    await takeTurn(request, limits.answerMs, async (options) => await answerChat({ client, clock, model, body, options }, response));
    return;
  }
  if (path === '/v1/embeddings') {
    requireMethod(request, 'POST');
    const body = await readBody(request, embeddingBodySchema);
    const model = findModel(init.models(), body.model);
    sendJson(response, 200, await takeTurn(request, limits.answerMs, async (options) => await embeddingList(client, model, body, options)));
    return;
  }
  throw new HttpProblem(404, 'unknown_url', `There is no ${request.method ?? ''} ${path}.`);
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
