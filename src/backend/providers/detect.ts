import { z } from 'zod';
import type { DetectResult } from '../../protocol/providers.ts';
import { presets, type Preset } from './presets.ts';

const probeMs = 1500;
const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Servers that run on this machine under their usual ports. */
export const localPresets: readonly Preset[] = presets.filter(({ keyEnv }) => keyEnv === null);

/**
 * Asks the usual ports of local servers for their models: once each, on loopback, without a key, and only when a person
 * asked for it. A port that another program holds answers something else, and is not listed.
 */
export async function detectServers(candidates: readonly Preset[], configured: readonly string[], signal: AbortSignal): Promise<DetectResult> {
  const answers = await Promise.all(candidates.map(async ({ name, label, url }) => ({ name, label, url, models: await askModels(url, signal), isConfigured: configured.includes(name) })));
  signal.throwIfAborted();
  return {
    found: answers.flatMap(({ models, ...server }) => (models === null ? [] : [{ ...server, models }])),
    asked: candidates.map(({ url }) => url),
  };
}

async function askModels(url: string, signal: AbortSignal): Promise<string[] | null> {
  try {
    const response = await fetch(`${url}/models`, { redirect: 'error', signal: AbortSignal.any([signal, AbortSignal.timeout(probeMs)]) });
    return modelsSchema.parse(await response.json()).data.map(({ id }) => id);
  } catch {
    // Nobody listens there, or something that is no such server.
    return null;
  }
}
