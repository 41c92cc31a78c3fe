import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { startPiped, type PipedInit, type PipedProcess } from '../../../../platform/pipedProcess.ts';

/** Longest message that a server may send. */
const longestMessage = 10 * 1024 * 1024;

/** MCP over a program's standard input and output, through our own processes: a group that ends as a whole. */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #init: Pick<PipedInit, 'file' | 'args' | 'cwd' | 'env'>;
  readonly #buffer = new ReadBuffer({ maxBufferSize: longestMessage });
  #process: PipedProcess | undefined;
  /** How the program ended and what it last said, once it has. */
  exit: { detail: string; log: string } | null = null;

  constructor(init: Pick<PipedInit, 'file' | 'args' | 'cwd' | 'env'>) {
    this.#init = init;
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  async start(): Promise<void> {
    this.#process = await startPiped({
      ...this.#init,
      onData: (chunk) => this.#read(chunk),
      onExit: (exit) => {
        this.exit = exit;
        this.onclose?.();
      },
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#process === undefined || this.exit !== null) throw new Error('The server has ended.');
    await this.#process.write(serializeMessage(message));
  }

  async close(): Promise<void> {
    await this.#process?.close();
  }

  #read(chunk: Buffer): void {
    try {
      this.#buffer.append(chunk);
    } catch (error) {
      this.#fail(error);
      void this.close();
      return;
    }
    for (;;) {
      try {
        const message = this.#buffer.readMessage();
        if (message === null) return;
        this.onmessage?.(message);
      } catch (error) {
        // A line that is no message, such as a greeting on standard output.
        this.#fail(error);
      }
    }
  }

  #fail(error: unknown): void {
    this.onerror?.(error instanceof Error ? error : new Error(String(error)));
  }
}
