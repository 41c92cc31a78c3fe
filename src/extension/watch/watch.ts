import type * as vscode from 'vscode';
import type { WorkspaceStatus } from '../../protocol/runResults.ts';
import type { RunSummary } from '../../protocol/runs.ts';
import type { Backend } from '../client/backend.ts';
import type { Log } from '../log.ts';
import { repairsFor } from '../repairs.ts';
import { tellsRunEnds } from '../settings.ts';
import { MilestoneWatch } from './milestoneWatch.ts';
import { Notifier, type Trouble } from './notifier.ts';
import type { OwnRuns } from './ownRuns.ts';
import { backendTrouble, queueTrouble, runEndTrouble, storeTrouble } from './runTroubles.ts';
import { StatusBar } from './statusBar.ts';
import { WalkthroughWatch } from './walkthroughWatch.ts';
import { WorkspaceWatch } from './workspaceWatch.ts';

/** A worker that starts needs some seconds: only what stands still for longer needs a person. */
const stillMs = 20_000;
const ended: ReadonlySet<string> = new Set(['completed', 'cancelled', 'failed', 'interrupted']);

interface WatchInit {
  backend: Backend;
  log: Log;
  ownRuns: OwnRuns;
  /** A panel of this window shows the run. */
  isShown: (run: string) => boolean;
}

/** Looks after the window: the status bar, and the notifications that need a person. */
export class Watch implements vscode.Disposable {
  readonly statusBar = new StatusBar();
  readonly walkthrough: WalkthroughWatch;
  readonly #log: Log;
  readonly #ownRuns: OwnRuns;
  readonly #isShown: (run: string) => boolean;
  readonly #active = new Set<string>();
  readonly #notifier = new Notifier(() => performance.now());
  readonly #troubles = new Map<string, Trouble>();
  readonly #disposables: { dispose(): unknown }[];
  #stillSince: number | undefined;

  constructor({ backend, log, ownRuns, isShown }: WatchInit) {
    this.#log = log;
    this.#ownRuns = ownRuns;
    this.#isShown = isShown;
    const watch = new WorkspaceWatch({ backend, log });
    this.walkthrough = new WalkthroughWatch(backend.folder);
    this.#disposables = [
      this.statusBar,
      this.walkthrough,
      watch,
      new MilestoneWatch({ backend, log }),
      watch.onStatus((status) => void this.#follow(status)),
      backend.onStoreFailed((error) => (error === null ? this.#over('store') : this.#tell(storeTrouble(error, repairsFor(error.code))))),
      backend.onStopped(({ willRestart }) => {
        if (!willRestart) this.#tell(backendTrouble);
      }),
      backend.onChanged(() => this.#over('backend')),
      backend.onNotice((text) => void this.#notifier.tell({ key: `notice ${text}`, severity: 'warning', short: '', text, repairs: [{ title: 'Show Log', command: 'trainingCamp.showLog' }] })),
    ];
  }

  /** What a click on the warning in the status bar does: tells the newest trouble again. */
  async lookAtTrouble(): Promise<void> {
    const trouble = [...this.#troubles.values()].at(-1);
    if (trouble === undefined) return;
    // A run that failed was looked at; what still is so stays.
    if (trouble.key.startsWith('run ')) this.#over(trouble.key);
    await new Notifier(() => performance.now()).tell(trouble);
  }

  dispose(): void {
    for (const one of this.#disposables) one.dispose();
  }

  async #follow(status: WorkspaceStatus): Promise<void> {
    this.statusBar.setStatus(status);
    this.#followQueue(status.queue);
    const finished = status.runs.filter(({ id, state }) => ended.has(state) && (this.#ownRuns.has(id) || (this.#active.has(id) && this.#isShown(id))));
    this.#active.clear();
    for (const { id, state } of status.runs) if (!ended.has(state)) this.#active.add(id);
    for (const run of finished) await this.#tellEnd(run);
  }

  #followQueue({ healthy, paused, queued, processing }: WorkspaceStatus['queue']): void {
    if (healthy || paused || queued + processing === 0) {
      this.#stillSince = undefined;
      this.#over('queue');
      return;
    }
    this.#stillSince ??= performance.now();
    if (performance.now() - this.#stillSince >= stillMs) this.#tell(queueTrouble(queued));
  }

  async #tellEnd(run: RunSummary): Promise<void> {
    await this.#ownRuns.remove(run.id);
    const trouble = runEndTrouble(run);
    if (trouble === null || !tellsRunEnds(trouble.severity !== 'information')) return;
    if (trouble.severity === 'information') void this.#notifier.tell(trouble);
    else this.#tell(trouble);
  }

  #tell(trouble: Trouble): void {
    this.#log.warn(trouble.text);
    this.#troubles.set(trouble.key, trouble);
    this.statusBar.setTrouble(trouble);
    // A run’s trouble is over when its message was answered or closed; another one when it is no longer so.
    void this.#notifier.tell(trouble).then(() => {
      if (trouble.key.startsWith('run ')) this.#over(trouble.key);
    });
  }

  #over(key: string): void {
    if (!this.#troubles.delete(key)) return;
    this.statusBar.setTrouble([...this.#troubles.values()].at(-1));
  }
}
