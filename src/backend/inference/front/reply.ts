import type { ServerResponse } from 'node:http';
import { errorBody, type HttpProblem } from './problem.ts';

const retryAfterSeconds = 5;

export function sendJson(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers });
  response.end(JSON.stringify(value));
}

export function openEvents(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
}

export function sendEvent(response: ServerResponse, value: unknown): void {
  response.write(`data: ${JSON.stringify(value)}\n\n`);
}

export function sendProblem(response: ServerResponse, problem: HttpProblem): void {
  if (response.destroyed) return;
  if (response.headersSent) {
    // A stream that began can only say it as its last piece.
    sendEvent(response, errorBody(problem));
    response.end();
    return;
  }
  sendJson(response, problem.status, errorBody(problem), headersOf(problem));
}

function headersOf({ status }: HttpProblem): Record<string, string> {
  if (status === 429) return { 'retry-after': String(retryAfterSeconds) };
  if (status === 413) return { connection: 'close' };
  // The public clients try 504 again by themselves, which would take as long once more.
  return status === 504 ? { 'x-should-retry': 'false' } : {};
}
