import path from 'node:path';
import { onTestFinished } from 'vitest';
import { changeProviders } from '../../src/backend/providers/providersFile.ts';
import { providersFileSchema } from '../../src/protocol/providers.ts';
import { startModelServerProcess, type ModelServerProcess } from '../support/modelServer/modelServerProcess.ts';
import type { Workbench } from './workbench.ts';

const script = path.join(import.meta.dirname, '..', 'support', 'camp', 'campScript.ts');

/** Gives the window a paid provider of its own as the default one, before its backend starts. Ends with the test. */
export async function useScriptedProvider({ server: { home } }: Workbench): Promise<ModelServerProcess> {
  const server = await startModelServerProcess(script);
  onTestFinished(async () => await server.close());
  const prices = { scripted: { inputUsd: 1, outputUsd: 2, date: '2026-01-01', source: 'test' } };
  await changeProviders(home, () => providersFileSchema.parse({ version: 1, defaultModel: 'scripted:scripted', providers: [{ name: 'scripted', url: server.url, model: 'scripted', prices }] }));
  return server;
}

/** How many requests of a server have this text anywhere in them. */
export async function requestsWith(server: ModelServerProcess, text: string): Promise<number> {
  return (await server.requests()).filter(({ body }) => JSON.stringify(body).includes(text)).length;
}
