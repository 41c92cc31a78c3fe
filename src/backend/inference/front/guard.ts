import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HttpProblem } from './problem.ts';

/**
 * Lets in who knows the token, and no web page: one that has its name point to this machine comes with another Host, and
 * any page comes with an Origin.
 */
export function requireAllowed(request: IncomingMessage, { port, token }: { port: number; token: string }): void {
  const { host, origin, authorization } = request.headers;
  if (![`127.0.0.1:${String(port)}`, `localhost:${String(port)}`].includes(host ?? '')) throw new HttpProblem(403, 'host_refused', 'This server answers to 127.0.0.1 and localhost alone.');
  if (origin !== undefined) throw new HttpProblem(403, 'origin_refused', 'Web pages are not answered.');
  if (!isSame(authorization ?? '', `Bearer ${token}`)) throw new HttpProblem(401, 'invalid_api_key', 'The API key is not the one that the server printed when it started.');
}

/** In a time that does not depend on where they differ, nor on their lengths. */
function isSame(left: string, right: string): boolean {
  const [first, second] = [left, right].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}
