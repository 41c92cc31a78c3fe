import type { MethodName, Params, Progress, Result } from '../../protocol/contract.ts';
import type { Services } from '../services.ts';
import { adapterHandlers } from './handlers/adapters.ts';
import { agentHandlers } from './handlers/agents.ts';
import { datasetHandlers } from './handlers/datasets.ts';
import { providerHandlers } from './handlers/providers.ts';
import { queueHandlers } from './handlers/queue.ts';
import { runHandlers } from './handlers/runs.ts';
import { sessionHandlers } from './handlers/sessions.ts';
import { setupHandlers } from './handlers/setup.ts';

/** What a handler has beside its params. */
export interface Call {
  services: Services;
  /** Aborted when the caller cancels or the window goes away. */
  signal: AbortSignal;
  /** Reaches a caller that asked for it. */
  report: (progress: Progress) => void;
}

export type Handler<Name extends MethodName> = (params: Params<Name>, call: Call) => Result<Name> | Promise<Result<Name>>;

/** One handler for each method of the contract: a missing one does not compile. */
export type Handlers = { readonly [Name in MethodName]: Handler<Name> };
/** The handlers of one family of methods. */
export type HandlersOf<Family extends string> = { readonly [Name in Extract<MethodName, `${Family}/${string}` | Family>]: Handler<Name> };

export const handlers: Handlers = { ...setupHandlers, ...runHandlers, ...queueHandlers, ...datasetHandlers, ...adapterHandlers, ...agentHandlers, ...sessionHandlers, ...providerHandlers };
