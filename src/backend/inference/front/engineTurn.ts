import type { IncomingMessage } from 'node:http';
import type { AnswerOptions } from '../client.ts';
import { clientGone, HttpProblem } from './problem.ts';

/**
 * Work of the engine for one client. It ends early where the client has gone, and where it takes longer than `limitMs`
 * from when its turn came: the engine answers one at a time, and others wait.
 */
export async function takeTurn<Result>(request: IncomingMessage, limitMs: number, work: (options: AnswerOptions) => Promise<Result>): Promise<Result> {
  const abort = new AbortController();
  // Of the connection: an answer that waits behind another on it is not told when it closes.
  const { socket } = request;
  const onGone = () => abort.abort(clientGone());
  const onLate = () => abort.abort(new HttpProblem(504, 'answer_timeout', `The answer took longer than ${String(limitMs / 1000)} seconds and was ended. Ask for fewer tokens, or start the server with a longer --answer-limit.`));
  let timer: NodeJS.Timeout | undefined;
  socket.once('close', onGone);
  if (socket.destroyed) onGone();
  try {
    const onStart = () => {
      timer = setTimeout(onLate, limitMs);
    };
    return await work({ signal: abort.signal, onStart });
  } finally {
    clearTimeout(timer);
    socket.off('close', onGone);
  }
}
