import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { clientGone, HttpProblem } from './problem.ts';

const mostBytes = 4 * 1024 * 1024;

/** A request's JSON, parsed by its schema; the first thing that is wrong is named as `param`. */
export async function readBody<Schema extends z.ZodType>(request: IncomingMessage, schema: Schema): Promise<z.output<Schema>> {
  const text = await readText(request);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new HttpProblem(400, 'invalid_json', 'The request is no JSON.');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const param = issue?.path.map(String).join('.') ?? '';
  throw new HttpProblem(400, 'invalid_value', `${param === '' ? 'The request' : param}: ${issue?.message ?? 'is not valid'}.`, param === '' ? null : param);
}

async function readText(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of request) {
      if (!Buffer.isBuffer(piece)) throw new Error('a request body is made of bytes');
      bytes += piece.length;
      if (bytes > mostBytes) throw new HttpProblem(413, 'request_too_large', `A request may have ${String(mostBytes)} bytes.`);
      pieces.push(piece);
    }
  } catch (error) {
    // It went away, or was too slow and was told so by the server.
    throw error instanceof HttpProblem || !request.socket.destroyed ? error : clientGone();
  }
  return Buffer.concat(pieces).toString('utf8');
}
