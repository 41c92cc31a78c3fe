import { existsSync, mkdirSync } from 'node:fs';
import { makeAdapters, type Adapters } from './adapters/adaptersService.ts';
import { ask, type AskInput, type AskOptions } from './adapters/ask.ts';
import { Datasets } from './datasets/datasets.ts';
import { InferenceClient } from './inference/client.ts';
import { inferenceHostEntry } from './inference/hostEntry.ts';
import { makeModels, type Models } from './models/modelsService.ts';
import { openStore, type Store } from './store/db.ts';
import type { Home, Workspace } from './platform/workspace.ts';
import { setupService, type SetupService } from './setup/service.ts';
import type { AskResult } from '../protocol/inference.ts';

const inferenceIdleMs = 60_000;

/** What the services need from outside: one per process, made by the CLI, the worker or the backend. */
export interface ServicesInit {
  workspace: Workspace;
  home: Home;
  env: NodeJS.ProcessEnv;
}

/**
 * The composition root. Members are built on first use, so that a command which needs no database opens none.
 * `dispose` closes what was opened.
 */
export class Services {
  readonly workspace: Workspace;
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  #store: Store | undefined;
  #inference: InferenceClient | undefined;

  constructor(init: ServicesInit) {
    this.workspace = init.workspace;
    this.home = init.home;
    this.env = init.env;
  }

  get store(): Store {
    if (this.#store === undefined) {
      mkdirSync(this.workspace.training, { recursive: true });
      this.#store = openStore(this.workspace.database);
    }
    return this.#store;
  }

  /** The inference host, started when first asked. */
  get inference(): InferenceClient {
    this.#inference ??= new InferenceClient({ entry: inferenceHostEntry(), env: this.env, idleMs: inferenceIdleMs });
    return this.#inference;
  }

  get datasets(): Datasets {
    return new Datasets({ workspace: this.workspace, openStore: () => this.store });
  }

  get models(): Models {
    const { home, env } = this;
    return makeModels({
      home,
      env,
      installBuiltIn: async (onProgress, signal) => {
        await this.setup.setUp({ useUv: false, signal, onProgress: (progress) => onProgress(progress.message, progress.fraction) });
      },
    });
  }

  get adapters(): Adapters {
    return makeAdapters(this, { home: this.home, env: this.env, roots: [process.cwd(), this.workspace.root] });
  }

  /** One answer of a model, streamed. Opens a database only where there is one. */
  async ask(input: AskInput, options: AskOptions): Promise<AskResult> {
    const place = existsSync(this.workspace.database) ? this : null;
    return await ask({ place, catalogue: this, client: this.inference }, input, options);
  }

  get setup(): SetupService {
    return setupService(this.home, this.env);
  }

  dispose(): void {
    this.#inference?.dispose();
    this.#inference = undefined;
    this.#store?.close();
    this.#store = undefined;
  }
}
