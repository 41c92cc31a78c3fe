import type * as vscode from 'vscode';
import type { Backend } from '../client/backend.ts';
import type { Log } from '../log.ts';
import { noteReached, type Milestone } from '../views/milestones.ts';

/** Changes are followed at most once in so long. */
const followMs = 1000;

interface Question {
  /** Of changes, after which the answer may be another. */
  topic: string;
  milestone: Milestone;
  isReached: (backend: Backend) => Promise<boolean>;
}

const questions: readonly Question[] = [
  { topic: 'datasets', milestone: 'hasDatasets', isReached: async (backend) => (await backend.request('datasets/list', {})).datasets.length > 0 },
  { topic: 'runs', milestone: 'hasRuns', isReached: async (backend) => (await backend.request('workspace/status', {})).runs.length > 0 },
  { topic: 'adapters', milestone: 'hasTestedAdapters', isReached: async (backend) => (await backend.request('adapters/list', {})).adapters.some(({ verdict }) => verdict !== null) },
  { topic: 'sessions', milestone: 'hasSessions', isReached: async (backend) => (await backend.request('sessions/list', {})).sessions.length > 0 },
];

/**
 * Finds out what was reached in a window whose trees are not shown, also before it was opened. It starts no backend, and
 * asks for nothing that was reached before.
 */
export class MilestoneWatch implements vscode.Disposable {
  readonly #backend: Backend;
  readonly #log: Log;
  readonly #subscription: vscode.Disposable;
  readonly #open = new Set(questions);
  readonly #due = new Set<Question>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ backend, log }: { backend: Backend; log: Log }) {
    this.#backend = backend;
    this.#log = log;
    this.#subscription = backend.onChanged(({ changes }) => {
      for (const question of this.#open) if (changes.some(({ topic }) => topic === 'everything' || topic === question.topic)) this.#due.add(question);
      if (this.#due.size > 0) this.#timer ??= setTimeout(() => void this.#ask(), followMs);
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    const due = [...this.#due];
    this.#due.clear();
    try {
      for (const question of due) {
        if (!this.#backend.hasStarted) return;
        if (!(await question.isReached(this.#backend))) continue;
        noteReached(question.milestone);
        this.#open.delete(question);
      }
    } catch (error) {
      // A backend that ended, or a store that does not open, is told by its own event.
      this.#log.info(`What was reached could not be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
