import type { ChatRequest } from '../../../src/backend/providers/chatModel.ts';
import { Endpoint, type EndpointInit } from '../../../src/backend/providers/openai/endpoint.ts';
import { OpenAiModel, type OpenAiModelInit } from '../../../src/backend/providers/openai/openAiModel.ts';

/** The product's own client for a scripted server, with pauses that a test can wait for. */
export function modelOf(url: string, init: Partial<OpenAiModelInit> & { endpoint?: never; key?: string } = {}): OpenAiModel {
  const { key, ...rest } = init;
  return new OpenAiModel({
    endpoint: endpointOf(url, key === undefined ? {} : { key }),
    model: 'scripted',
    label: 'scripted (test)',
    price: { inputUsd: 1, outputUsd: 2, date: '2026-01-01', source: 'test' },
    maxTokensKey: 'max_tokens',
    timeouts: { firstPieceMs: 20_000, betweenPiecesMs: 20_000, wholeMs: 30_000 },
    retries: { retries: 2, baseMs: 1, longestMs: 1000 },
    known: { read: () => null, write: () => undefined },
    ...rest,
  });
}

export function endpointOf(url: string, init: Partial<EndpointInit> = {}): Endpoint {
  return new Endpoint({ name: 'test', url, key: 'sk-test-0123456789', keyPlace: 'the test', keyHint: 'Give a key.', allowsHttp: false, ...init });
}

export function request(user: string, more: Partial<ChatRequest> = {}): ChatRequest {
  return {
    messages: [{ role: 'user', content: user }],
    tools: [],
    responseSchema: null,
    sampling: { temperature: 0, topP: 1, maxTokens: 100, seed: null, stop: [] },
    ...more,
  };
}
