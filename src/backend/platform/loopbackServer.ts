import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { failure } from '../../protocol/errors.ts';

export interface LoopbackServer {
  readonly port: number;
  close(): Promise<void>;
}

/** How long a client may take to send a request, so that a slow one holds nothing up. */
const requestTimeoutMs = 60_000;

/** An HTTP server that only this machine reaches. Port 0 is any that is free. */
export async function listenOnLoopback(port: number, onRequest: (request: IncomingMessage, response: ServerResponse) => void): Promise<LoopbackServer> {
  const server = createServer({ requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs, maxHeaderSize: 16_384 }, onRequest);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(port, error)));
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('an HTTP server has no port');
  return {
    port: address.port,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function cannotListen(port: number, error: Error): Error {
  if (!('code' in error) || (error.code !== 'EADDRINUSE' && error.code !== 'EACCES')) return error;
  return failure('port_unavailable', `Port ${String(port)} can’t be used: ${error.code === 'EACCES' ? 'it needs more rights' : 'another program has it'}.`, { hint: 'Leave --port out: any port that is free is taken.', cause: error });
}
