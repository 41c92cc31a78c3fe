import { availableParallelism } from 'node:os';
import { toErrorDocument } from '../../../protocol/errors.ts';
import { hostRequestSchema, type HostMessage, type HostRequest } from '../../../protocol/inference.ts';
import { Engine } from './engine.ts';
import { answer } from './requests.ts';

/** Below this many cores one thread is fastest, and a busy second core slows ggml down a hundredfold. */
const fewCores = 4;

runHost();

/** One request runs at a time, in order of arrival; `abort` overtakes. The process ends when its parent does. */
function runHost(): void {
  process.once('disconnect', () => process.exit(0));
  const engine = new Engine({ wantsGpu: process.env['TRAINING_CAMP_INFERENCE_GPU'] === 'auto', threads: threadCount() });
  const running = new Map<number, AbortController>();
  let queue = Promise.resolve();
  process.on('message', (received: unknown) => {
    const parsed = hostRequestSchema.safeParse(received);
    if (!parsed.success) {
      send({ kind: 'error', id: idOf(received), code: 'bad_request', message: parsed.error.message, hint: null });
      return;
    }
    const request = parsed.data;
    if (request.method === 'abort') {
      running.get(request.id)?.abort();
      return;
    }
    const abort = new AbortController();
    running.set(request.id, abort);
    queue = queue.then(async () => {
      await serve(engine, request, abort.signal);
      running.delete(request.id);
    });
  });
  send({ kind: 'ready' });
}

async function serve(engine: Engine, request: Exclude<HostRequest, { method: 'abort' }>, signal: AbortSignal): Promise<void> {
  try {
    signal.throwIfAborted();
    send({ kind: 'started', id: request.id });
    const onText = (text: string) => send({ kind: 'text', id: request.id, text });
    send({ kind: 'result', id: request.id, value: await answer(request, { engine, signal, onText }) });
  } catch (error) {
    const document = signal.aborted ? { code: 'aborted', message: 'aborted' } : toErrorDocument(error);
    send({ kind: 'error', id: request.id, code: document.code, message: document.message, hint: document.hint ?? null });
  }
}

function send(message: HostMessage): void {
  process.send?.(message);
}

function threadCount(): number {
  const asked = Number(process.env['TRAINING_CAMP_INFERENCE_THREADS']);
  if (Number.isInteger(asked) && asked > 0) return asked;
  const cores = availableParallelism();
  return cores <= fewCores ? 1 : Math.floor(cores / 2);
}

function idOf(received: unknown): number | null {
  if (typeof received !== 'object' || received === null || !('id' in received)) return null;
  return typeof received.id === 'number' && Number.isInteger(received.id) && received.id >= 0 ? received.id : null;
}
