import { mkdirSync } from 'node:fs';
import { openStore, type Store } from './store/db.ts';
import type { Home, Workspace } from './platform/workspace.ts';

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

  dispose(): void {
    this.#store?.close();
    this.#store = undefined;
  }
}
