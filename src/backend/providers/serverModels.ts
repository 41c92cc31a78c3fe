import type { Endpoint } from './openai/endpoint.ts';

/** Ids of the models that a server lists, sorted. Errors are those of an answer. */
export async function serverModels(endpoint: Endpoint, signal: AbortSignal): Promise<string[]> {
  const { listModels } = await import('./openai/listModels.ts');
  return await listModels(endpoint, signal);
}
