import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { failure } from '../../protocol/errors.ts';

export interface LoopbackInit {
  /** 0 is any that is free. */
  port: number;
  /** How long a client may take to send a request, and may take nothing of what it is sent, so that a slow one holds nothing up. */
  stallMs: number;
  onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  /** A client took nothing of its answer for that long; its connection is ended. */
  onStalled: () => void;
}

export interface LoopbackServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Node looks at slow requests this often by itself, which is seldom for a short time. */
const longestCheckMs = 30_000;

/** An HTTP server that only this machine reaches. */
export async function listenOnLoopback({ port, stallMs, onRequest, onStalled }: LoopbackInit): Promise<LoopbackServer> {
  const server = createServer({ requestTimeout: stallMs, headersTimeout: stallMs, connectionsCheckingInterval: Math.min(longestCheckMs, stallMs), maxHeaderSize: 16_384 }, onRequest);
  server.on('connection', (socket) => endWhenStalled(socket, stallMs, onStalled));
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

/** Between two looks that far apart something of what waits must have gone out. */
function endWhenStalled(socket: Socket, stallMs: number, onStalled: () => void): void {
  let gone = -1;
  const timer = setInterval(() => {
    const now = socket.bytesWritten - socket.writableLength;
    if (socket.writableLength > 0 && now === gone) {
      onStalled();
      socket.destroy();
    }
    gone = socket.writableLength > 0 ? now : -1;
  }, stallMs).unref();
  socket.once('close', () => clearInterval(timer));
}

function cannotListen(port: number, error: Error): Error {
  if (!('code' in error) || (error.code !== 'EADDRINUSE' && error.code !== 'EACCES')) return error;
  return failure('port_unavailable', `Port ${String(port)} can’t be used: ${error.code === 'EACCES' ? 'it needs more rights' : 'another program has it'}.`, { hint: 'Leave --port out: any port that is free is taken.', cause: error });
}
