import { existsSync } from 'node:fs';
import path from 'node:path';
import { makeAdapters, type Adapters } from './adapters/adaptersService.ts';
import { adapterTarget, adapterTargets } from './adapters/adapterTarget.ts';
import { ask, type AskInput, type AskOptions } from './adapters/ask.ts';
import { serveModels, type ServeOptions } from './adapters/serveModels.ts';
import { makeExecute } from './agents/executor/executor.ts';
import { makeMcp, type McpService } from './agents/executor/tools/mcp/mcpService.ts';
import { makeToolBox } from './agents/executor/tools/toolBox.ts';
import { makeCamp, type CampService } from './camp/campService.ts';
import { makeCampTraining, type CampTraining } from './camp/campTraining.ts';
import { makeCampWork, type CampWork } from './camp/campWork.ts';
import { WorkBoard } from './camp/workBoard.ts';
import { trainingCalls } from './camp/trainingCalls.ts';
import { sessionLimitBytes } from './camp/sessionLimit.ts';
import type { SessionPlace } from './camp/sessionStore.ts';
import { Datasets } from './datasets/datasets.ts';
import { VersionCache } from './datasets/versionCache.ts';
import { InferenceClient } from './inference/client.ts';
import type { Front } from './inference/front/front.ts';
import { inferenceHostEntry } from './inference/hostEntry.ts';
import { makeModels, type Models } from './models/modelsService.ts';
import { builtInModel } from './models/resolveModel.ts';
import { askReference, isReference } from './providers/askReference.ts';
import { ChatModels } from './providers/chatModels.ts';
import type { Editor } from './providers/editor/editorModel.ts';
import { AnswerKeeper, keeperEntry } from './providers/keeper/answerKeeper.ts';
import { Keys } from './providers/keys.ts';
import { makeProviders, type Providers } from './providers/providersService.ts';
import { runsOnCpu } from './store/adapters.ts';
import { explainSqliteError } from './store/damage.ts';
import type { Store } from './store/db.ts';
import { requireWhole } from './store/migrate.ts';
import { hasDatabase, openEmptyStore, openWorkspaceStore } from './store/openWorkspace.ts';
import { systemClock } from './platform/clock.ts';
import type { Home, Workspace } from './platform/workspace.ts';
import { livingWorker, readyWorker } from './jobs/ensureWorker.ts';
import { makeJobs, type JobsService } from './jobs/jobsService.ts';
import { listQueue } from './jobs/queue.ts';
import { inspectTokens, type InspectRequest } from './runs/inspectTokens.ts';
import type { RunContext } from './runs/prepareRun.ts';
import { extendRun, resumeRun, type ResumeOptions } from './runs/resumeRun.ts';
import { hasFolders, rebuildIndex, type Rebuilt } from './runs/rebuildIndex.ts';
import { makeRestore, type RestoreService } from './runs/restoreService.ts';
import { makeRuns, type Runs } from './runs/runsService.ts';
import { findCheckpoint } from './runs/verifyCheckpoint.ts';
import { requirePython } from './setup/pythonPaths.ts';
import { setupService, type SetupService } from './setup/service.ts';
import type { AskResult } from '../protocol/inference.ts';
import type { InspectResult } from '../protocol/inspect.ts';
import type { ResumeResult, StopResult } from '../protocol/jobResults.ts';

/** Rows that a filter found, four bytes a row, and figures of versions. */
const cachedAnswers = 16;
const inferenceIdleMs = 60_000;
const stopWaitMs = 30_000;

/** What the services need from outside: one per process, made by the CLI, the worker or the backend. */
export interface ServicesInit {
  workspace: Workspace;
  home: Home;
  env: NodeJS.ProcessEnv;
  /** Told what a person should know and did not ask for. */
  onNotice?: (text: string) => void;
  /** The editor that this process belongs to, where it does. */
  editor?: Editor;
}

/**
 * The composition root. Members are built on first use, so that a command which needs no database opens none.
 * `dispose` closes what was opened.
 */
export class Services {
  readonly workspace: Workspace;
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  readonly #editor: Editor | null;
  readonly #onNotice: (text: string) => void;
  readonly #noticed = new Set<string>();
  readonly #versionCache = new VersionCache(cachedAnswers);
  #store: Store | undefined;
  #empty: Store | undefined;
  #inference: InferenceClient | undefined;
  #chatModels: ChatModels | undefined;
  readonly #workBoard = new WorkBoard();
  #keys: Keys | undefined;
  #keeper: AnswerKeeper | undefined;

  constructor(init: ServicesInit) {
    this.workspace = init.workspace;
    this.home = init.home;
    this.env = init.env;
    this.#editor = init.editor ?? null;
    this.#onNotice = init.onNotice ?? (() => undefined);
  }

  /** For what may write into a workspace that has nothing yet: makes the database where there is none. */
  get store(): Store {
    this.#store ??= this.#openStore();
    return this.#store;
  }

  /**
   * For what reads, or changes only what is there. A folder without anything of ours stays as it is: it reads as an
   * empty workspace.
   */
  get presentStore(): Store {
    if (this.hasState) return this.store;
    this.#empty ??= openEmptyStore();
    return this.#empty;
  }

  #openStore(): Store {
    const store = openWorkspaceStore(this.workspace, this.home, {
      onMoved: (file) => this.notify(`This workspace is on a network drive, where SQLite is not safe: its database is ${file}`),
    });
    try {
      const rebuilt = rebuildIndex(store, this.workspace, this.home);
      if (rebuilt !== null) this.notify(describeRebuilt(rebuilt));
    } catch (error) {
      store.close();
      throw explainSqliteError(store.file, error);
    }
    return store;
  }

  /** Closes the database, so that the next who asks opens the file that is there then. */
  closeStore(): void {
    this.#store?.close();
    this.#store = undefined;
  }

  /** True while an open database was replaced by another file, as a restored backup is. */
  get isStoreReplaced(): boolean {
    return this.#store?.isInPlace() === false;
  }

  /** What a damaged database can be replaced by. */
  get restore(): RestoreService {
    return makeRestore({ workspace: this.workspace, home: this.home, closeStore: () => this.closeStore(), openStore: () => this.store });
  }

  /** Tells a person something, once. */
  notify(text: string): void {
    if (this.#noticed.has(text)) return;
    this.#noticed.add(text);
    this.#onNotice(text);
  }

  /** An error of the database as one that a person can act on; any other as it is. */
  explain(error: unknown): unknown {
    return this.#store === undefined ? error : explainSqliteError(this.#store.file, error);
  }

  /** The queue and the worker. */
  get jobs(): JobsService {
    return makeJobs(this);
  }

  /** True where this workspace has something to show: a database, or the folders that one is made again from. */
  get hasState(): boolean {
    return this.#store !== undefined || hasDatabase(this.workspace, this.home) || hasFolders(this.workspace);
  }

  /**
   * Queues a further attempt of a run that is over, or with `extendEpochs` makes a run that goes on from its adapter. Also
   * starts the worker.
   */
  async resumeRun(reference: string, options: ResumeOptions & { extendEpochs: number | null }): Promise<ResumeResult> {
    await this.jobs.reconcile();
    const { extendEpochs } = options;
    const context = this.#runContext();
    const { runId, jobId, checkpoint, rejected } =
      extendEpochs === null ? await resumeRun(context, reference, options) : await extendRun(context, reference, extendEpochs, options);
    const { problem } = await this.jobs.readyWorker();
    const restored = extendEpochs === null ? ['adapter', 'optimizer', 'random state', 'position in the data'] : ['adapter'];
    return { run: this.runs.find(runId), jobId, checkpoint, restored, rejected, workerProblem: problem };
  }

  /** Asks a run to end and waits until it has, half a minute at most. `onWait` is told when there is something to wait for. */
  async stopRun(reference: string, options: { isDiscarding: boolean; signal: AbortSignal; onWait?: () => void }): Promise<StopResult> {
    const { isDiscarding, signal } = options;
    const { id } = this.runs.find(reference);
    const state = await this.jobs.stop(id, isDiscarding ? 'discard' : 'stop');
    if (state === 'stopping') options.onWait?.();
    await this.jobs.waitForEnd(id, { timeoutMs: stopWaitMs, signal });
    const checkpoint = isDiscarding ? null : await this.#newestCheckpoint(id, signal);
    return { run: this.runs.find(id), checkpoint };
  }

  /** Name of a run's newest checkpoint that verifies. */
  async #newestCheckpoint(runId: string, signal: AbortSignal): Promise<string | null> {
    return (await findCheckpoint(this.runs.find(runId).path, signal)).newest?.name ?? null;
  }

  /** The inference host, started when first asked. */
  get inference(): InferenceClient {
    this.#inference ??= new InferenceClient({ entry: inferenceHostEntry(), env: this.env, idleMs: inferenceIdleMs, onWork: () => this.#tellOfCpuRuns() });
    return this.#inference;
  }

  #tellOfCpuRuns(): void {
    for (const busy of this.hasState ? runsOnCpu(this.presentStore) : []) this.notify(`${busy} trains on the CPU: answers of models on this machine will be slow, and slow the run down.`);
  }

  /** Keys of providers; the editor hands its own over here. */
  get keys(): Keys {
    this.#keys ??= new Keys({ home: this.home, env: this.env, notify: (text) => this.notify(text) });
    return this.#keys;
  }

  /** Models that answer chats, by reference: of this machine and of providers. */
  get chatModels(): ChatModels {
    const { home, env, keys } = this;
    this.#chatModels ??= new ChatModels({
      home,
      env,
      keys,
      client: () => this.inference,
      editor: this.#editor,
      tuning: { retryBaseMs: retryBaseMs(env) },
      findAdapter: (name) => adapterTarget(this, name),
      listAdapters: () => (this.hasState ? adapterTargets(this) : []),
    });
    return this.#chatModels;
  }

  get providers(): Providers {
    return makeProviders(this);
  }

  /** MCP servers, whose tools agents may call. */
  get mcp(): McpService {
    return makeMcp({ workspace: this.workspace, home: this.home, env: this.env, clock: systemClock });
  }

  /** Keeps answers that were paid for when this process is killed. */
  get #answers(): AnswerKeeper {
    this.#keeper ??= new AnswerKeeper({ folder: this.workspace.answers, entry: keeperEntry(), env: this.env, notify: (text) => this.notify(text) });
    return this.#keeper;
  }

  /** Sessions of the Camp. */
  get camp(): CampService {
    return makeCamp({
      place: () => this.#sessionPlace(this.presentStore),
      newPlace: () => this.#sessionPlace(this.store),
      defaultModel: async (signal) => (await this.chatModels.defaultModel(signal)).reference,
      limitBytes: () => sessionLimitBytes(this.env, (text) => this.notify(text)),
    });
  }

  /** What asks models for sessions. */
  get campWork(): CampWork {
    return makeCampWork(
      {
        resolveModel: async (reference) => await this.chatModels.resolve(reference),
        execute: makeExecute({ clock: systemClock }),
        openTools: () => makeToolBox({ root: this.workspace.root, clock: systemClock, servers: this.mcp.open() }),
        keeper: this.#answers,
        board: this.#workBoard,
      },
      () => this.#sessionPlace(this.presentStore),
    );
  }

  /** From sessions to datasets and runs. */
  get campTraining(): CampTraining {
    return makeCampTraining({
      place: () => this.#sessionPlace(this.presentStore),
      ...trainingCalls({ root: this.workspace.root, datasets: () => this.datasets, runs: () => this.runs }),
    });
  }

  #sessionPlace(store: Store): SessionPlace {
    return { workspace: this.workspace, store, notify: (text) => this.notify(text) };
  }

  get datasets(): Datasets {
    return new Datasets({ workspace: this.workspace, openStore: () => this.store, presentStore: () => this.presentStore, cache: this.#versionCache });
  }

  /** Rows of a dataset as the tokens that a run would train. */
  async inspect(request: InspectRequest, signal: AbortSignal): Promise<InspectResult> {
    const search = { home: this.home, env: this.env, roots: [process.cwd(), this.workspace.root] };
    return await inspectTokens({ search, python: requirePython(this.home) }, request, signal);
  }

  get runs(): Runs {
    const { workspace, home, env, presentStore: store } = this;
    return makeRuns(
      { workspace, home, env, store, cwd: process.cwd() },
      {
        readyWorker: () => readyWorker(this),
        reconcile: () => this.jobs.reconcile(),
        workerPid: () => livingWorker(store)?.pid ?? null,
        queue: () => listQueue(store, { minDepth: 0, includeEnded: false }),
      },
    );
  }

  get models(): Models {
    const { home, env } = this;
    return makeModels({
      home,
      env,
      installBuiltIn: async (onProgress, signal) => {
        await this.setup.setUp({ useUv: false, signal, onProgress: (progress) => onProgress(progress.message, progress.fraction) });
      },
      installEmbedding: async (onProgress, signal) => {
        await this.setup.setUpEmbedding({ signal, onProgress: (progress) => onProgress(progress.message, progress.fraction) });
      },
    });
  }

  get adapters(): Adapters {
    return makeAdapters({
      place: this,
      shelf: { workspace: this.workspace, store: this.presentStore },
      search: { home: this.home, env: this.env, roots: [process.cwd(), this.workspace.root] },
      client: this.inference,
      python: () => requirePython(this.home),
    });
  }

  /** One answer of a model, streamed. Opens a database only where there is one. */
  async ask(input: AskInput, options: AskOptions): Promise<AskResult> {
    if (isReference(this, input.model, this.providers)) return await askReference(await this.chatModels.resolve(input.model, options.signal), input, options);
    return await ask({ place: existsSync(this.workspace.training) ? this : null, catalogue: this, client: this.inference }, input, options);
  }

  /** Serves models and adapters by OpenAI's protocol until it is closed. */
  async serve(options: ServeOptions): Promise<Front & { models: string[] }> {
    const place = () => (this.hasState ? { workspace: this.workspace, store: this.presentStore } : null);
    return await serveModels({ client: this.inference, catalogue: this, place, notify: (text) => this.notify(text) }, options);
  }

  get setup(): SetupService {
    return setupService(this.home, this.env, {
      hasDatabase: () => hasDatabase(this.workspace, this.home),
      isDatabaseLost: () => !hasDatabase(this.workspace, this.home) && hasFolders(this.workspace),
      checkDatabase: () => requireWhole(this.store.db, this.store.file),
      workerPid: () => this.jobs.livingWorkerPid(),
      checkKeys: async (signal) => await this.keys.examine(signal),
      startInference: async (signal) => {
        const model = path.join(this.home.models, builtInModel, 'model-f16.gguf');
        if (!existsSync(model)) return 'The engine is tried when the built-in model is there.';
        const { seconds } = await this.inference.load(model, { signal });
        return `The engine loaded the built-in model in ${seconds.toFixed(1)} s.`;
      },
    });
  }

  #runContext(): RunContext {
    const { workspace, home, env, presentStore: store } = this;
    return { workspace, home, env, store, cwd: process.cwd() };
  }

  dispose(): void {
    this.#inference?.dispose();
    this.#inference = undefined;
    this.#keeper?.dispose();
    this.#keeper = undefined;
    for (const store of [this.#store, this.#empty]) store?.close();
    this.#store = this.#empty = undefined;
  }
}

function describeRebuilt({ datasets, runs, busy }: Rebuilt): string {
  if (busy.length > 0) return `The database was lost while ${busy.join(', ')} goes on: it is made again from the folders when that is over.`;
  return `The database was lost. It was made again from the folders: ${datasets} ${datasets === 1 ? 'dataset' : 'datasets'}, ${runs} ${runs === 1 ? 'run' : 'runs'}.`;
}

/** As for jobs: what waits before it is tried again waits less in tests. */
function retryBaseMs(env: NodeJS.ProcessEnv): number | null {
  const ms = Number.parseFloat(env['TRAINING_CAMP_RETRY_BASE_MS'] ?? '');
  return Number.isFinite(ms) && ms >= 0 ? ms : null;
}
