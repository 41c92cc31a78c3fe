import * as vscode from 'vscode';
import type { WorkspaceStatus } from '../../protocol/runResults.ts';
import type { Backend } from '../client/backend.ts';
import type { Log } from '../log.ts';
import { noteFacts } from '../views/milestones.ts';

/** Changes are followed at most once a second. */
const followMs = 1000;
/** Work that nothing moves tells no change: it is looked at again. */
const lookAgainMs = 5000;
const topics: ReadonlySet<string> = new Set(['everything', 'runs', 'jobs', 'queue', 'worker']);

/**
 * What runs and what waits, for the status bar and for notifications. It starts no backend: it follows one that a view, a
 * command or a panel has started, so that a window in which nothing of ours is used runs nothing of ours.
 */
export class WorkspaceWatch implements vscode.Disposable {
  readonly #backend: Backend;
  readonly #log: Log;
  readonly #status = new vscode.EventEmitter<WorkspaceStatus>();
  readonly #subscription: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;
  #isReading = false;
  /** What is set up on the machine changes seldom: it is read once from each backend. */
  #hasNewBackend = false;
  readonly onStatus = this.#status.event;

  constructor({ backend, log }: { backend: Backend; log: Log }) {
    this.#backend = backend;
    this.#log = log;
    this.#subscription = backend.onChanged(({ changes }) => {
      if (changes.some(({ topic }) => topics.has(topic))) this.#later(followMs);
      if (changes.some(({ topic }) => topic === 'everything')) this.#hasNewBackend = true;
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
    this.#status.dispose();
  }

  #later(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#read();
    }, ms);
  }

  async #read(): Promise<void> {
    if (this.#isReading || !this.#backend.hasStarted) return;
    this.#isReading = true;
    try {
      if (this.#hasNewBackend) {
        this.#hasNewBackend = false;
        noteFacts(await this.#backend.request('setup/facts', {}));
      }
      const status = await this.#backend.request('workspace/status', {});
      this.#status.fire(status);
      if (!status.queue.healthy && !status.queue.paused) this.#later(lookAgainMs);
    } catch (error) {
      // A backend that ended, or a store that does not open, is told by its own event.
      this.#log.info(`The status could not be read: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#isReading = false;
    }
  }
}
