import { startChildHost, type ChildHost } from '../../platform/childHost.ts';
import { identify, type ProcessIdentity } from '../../platform/process.ts';
import type { Fetch } from '../chatModel.ts';
import { keeperReplySchema, type KeeperReply, type KeeperRequest } from './messages.ts';

interface Pending {
  receive: (reply: Exclude<KeeperReply, { kind: 'ready' }>) => void;
  fail: (error: Error) => void;
}

/** The keeper's process, as a `fetch`. It keeps this process alive only while something is asked. */
export class KeeperProcess {
  /** Which process it is, when it is ready; else why it will never be. */
  readonly ready: Promise<ProcessIdentity | string>;
  readonly #host: ChildHost;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #isGone = false;

  constructor(entry: string, env: NodeJS.ProcessEnv) {
    this.#host = startChildHost(entry, env, { outlivesParent: true });
    this.ready = new Promise((resolve) => {
      this.#host.onMessage((message) => {
        const reply = keeperReplySchema.parse(message);
        if (reply.kind === 'ready') {
          // On some platforms another program is asked, so once for all calls.
          const identity = this.#host.pid === undefined ? undefined : identify(this.#host.pid);
          resolve(identity ?? 'it ended at once');
          this.#rest();
        } else this.#pending.get(reply.id)?.receive(reply);
      });
      this.#host.onExit(({ detail }) => {
        this.#isGone = true;
        resolve(detail);
        for (const { fail } of [...this.#pending.values()]) fail(failed(`the request’s process ended (${detail})`, null));
      });
    });
  }

  get pid(): number | undefined {
    return this.#host.pid;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  async fetch(file: string, ...[url, { method, headers, body, signal }]: Parameters<Fetch>): Promise<Response> {
    signal.throwIfAborted();
    const id = this.#nextId++;
    this.#host.hold(true);
    return await new Promise<Response>((resolve, reject) => {
      let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
      const end = () => {
        this.#pending.delete(id);
        signal.removeEventListener('abort', onAbort);
        this.#rest();
      };
      const fail = (error: unknown) => {
        end();
        if (stream === undefined) reject(error instanceof Error ? error : new Error(String(error)));
        else stream.error(error);
      };
      const abort = () => this.#send({ kind: 'abort', id });
      const onAbort = () => {
        abort();
        fail(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const receive: Pending['receive'] = (reply) => {
        if (reply.kind === 'head') {
          const content = new ReadableStream<Uint8Array>({
            start: (controller) => {
              stream = controller;
            },
            cancel: () => {
              abort();
              end();
            },
          });
          resolve(new Response(hasNoBody.has(reply.status) ? null : content, { status: reply.status, headers: reply.headers }));
        } else if (reply.kind === 'piece') stream?.enqueue(Buffer.from(reply.base64, 'base64'));
        else if (reply.kind === 'failed') fail(failed(reply.message, reply.code));
        else {
          end();
          stream?.close();
        }
      };
      this.#pending.set(id, { receive, fail });
      this.#send({ kind: 'ask', id, file, url, method, headers: [...headers], body });
    });
  }

  settle(file: string): void {
    this.#send({ kind: 'settle', file });
  }

  leave(): void {
    this.#host.disconnect();
  }

  #send(request: KeeperRequest): void {
    this.#host.send(request);
  }

  #rest(): void {
    if (this.#pending.size === 0) this.#host.hold(false);
  }
}

/** Statuses whose answers have no body (Fetch standard, “null body status”). */
const hasNoBody: ReadonlySet<number> = new Set([204, 205, 304]);

/** As `fetch` itself fails, so that nobody needs to know who asked. */
function failed(message: string, code: string | null): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), code === null ? {} : { code }) });
}
