import type { InferenceClient } from '../inference/client.ts';
import { startFront, usualLimits, type Front } from '../inference/front/front.ts';
import type { CatalogueInit } from '../models/catalogue.ts';
import { systemClock } from '../platform/clock.ts';
import type { AdapterPlace } from './register.ts';
import { servedModels } from './servedModels.ts';

export interface ServeOptions {
  /** 0 is any that is free. */
  port: number;
  /** Longest time of one answer; null is the usual one. */
  answerSeconds: number | null;
}

interface ServeDependencies {
  client: InferenceClient;
  catalogue: CatalogueInit;
  /** Null where nothing was trained. */
  place: () => AdapterPlace | null;
  notify: (text: string) => void;
}

/** Serves models and adapters by OpenAI's protocol until it is closed. */
export async function serveModels({ client, catalogue, place, notify }: ServeDependencies, { port, answerSeconds }: ServeOptions): Promise<Front & { models: string[] }> {
  const models = () => servedModels(catalogue, place());
  const front = await startFront({
    client,
    models,
    clock: systemClock,
    port,
    limits: { ...usualLimits, ...(answerSeconds === null ? {} : { answerMs: answerSeconds * 1000 }) },
    onBug: (error) => notify(`A request failed: ${error instanceof Error ? error.message : String(error)}`),
    onNotice: notify,
  });
  return { ...front, models: models().map(({ id }) => id) };
}
